"""A dock: a title bar in the program's hand, and room for a view."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.icons import IconButton
from workbench.parts import label, named, scrolled
from workbench.theme import theme
from workbench.view import View
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.empty import EmptyState
from workbench.widgets.still import Still

#: No dock but a strip is squeezed below this, in px; views show something at it.
SMALLEST = QSize(200, 140)


class DockTitle(QFrame):
    """Title, what is shown, a readout, and the dock's buttons."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dockTitle")
        self.title = label(title, "title")
        self.title.setMinimumWidth(0)
        self.subtitle = ElidedLabel(part="caption")
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.readout = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignRight)
        self.options = IconButton("options", "Options", self)
        self.options.setCheckable(True)
        self.more = IconButton("more", "More", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 2)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.subtitle)
        row.addWidget(self.readout, 1)
        row.addWidget(self.options)
        row.addWidget(self.more)

    def add_tool(self, tool: QWidget) -> None:
        """Put a button of the view before the dock's own."""
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(self.options), tool)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the press to the dock, which is dragged by its title."""
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Leave the double click to the dock, which floats."""
        event.ignore()


class Dock(QDockWidget):
    """The frame of a view; it stands before its content is there."""

    #: The person asks for the menu of this dock, at its button.
    menu_wanted = Signal(object, QMenu)

    def __init__(
        self, name: str, title: str, parent: QWidget | None = None, *, smallest: QSize = SMALLEST
    ) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.name = name
        self.view: View | None = None
        self.heading = DockTitle(title, self)
        self.heading.options.setVisible(False)
        self.heading.options.toggled.connect(self._on_options_toggled)
        self.heading.more.clicked.connect(self._on_more)
        self.setTitleBarWidget(Still(self.heading))
        self.body = named(QFrame(self), "dockBody")
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.setSpacing(8)
        self._options: QScrollArea | None = None
        room = Still(self.body)
        room.setMinimumSize(smallest)
        self.setWidget(room)
        self._seen = True
        self.visibilityChanged.connect(self._on_seen)

    def set_view(self, view: View) -> None:
        """Fill the frame."""
        self.view = view
        self.setWindowTitle(view.title)
        self.heading.title.setText(view.title)
        view.subtitle_changed.connect(self.heading.subtitle.set_text)
        view.readout_changed.connect(self.heading.readout.set_text)
        for tool in view.tools:
            self.heading.add_tool(tool)
        if view.options is not None:
            self._options = _folded(view.options)
            self._column.addWidget(self._options)
            self.heading.options.setVisible(True)
        self._column.addWidget(view, 1)
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if not self._seen:
            view.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lie under the seam of title and body, which fall between two pixels at a scale of 1.5."""
        super().paintEvent(event)
        seam = self.widget().y()
        painter = QPainter(self)
        painter.fillRect(0, seam - 1, self.width(), 2, theme().colour("surface"))
        painter.end()

    def say(self, sentence: str) -> None:
        """Show a sentence where there is no view."""
        if self._column.isEmpty():
            self._column.addWidget(EmptyState(sentence))

    def _on_seen(self, seen: bool) -> None:
        """Hide the view while the dock stands behind another: Qt only moves it aside."""
        self._seen = seen
        if self.view is not None:
            self.view.setVisible(seen)

    def _on_options_toggled(self, shown: bool) -> None:
        if self._options is not None:
            self._options.setVisible(shown)

    def _on_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_wanted.emit(self, menu)
        button = self.heading.more
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def _folded(options: QWidget) -> QScrollArea:
    """A form that is folded away until it is asked for, and scrolls where the dock is low."""
    area = scrolled(options)
    area.hide()
    area.setMaximumHeight(options.sizeHint().height() + 4)
    area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    return area
