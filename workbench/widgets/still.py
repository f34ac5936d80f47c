"""Room for one widget, whose wishes stay within it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Still(QWidget):
    """Gives a widget all its room, but passes on only that it wishes for another height at least.

    A label in it that shows another number would else lay out the whole window anew: each layout
    asks the one around it, whatever comes of it, and a main window draws its frames again.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        content.setParent(self)
        self._lowest = self.minimumSizeHint().height()

    def sizeHint(self) -> QSize:
        """That of the widget."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the widget."""
        return self._content.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give it the room."""
        super().resizeEvent(event)
        self._content.resize(self.size())

    def event(self, event: QEvent) -> bool:
        """Hear of the widget's wishes."""
        if event.type() == QEvent.Type.LayoutRequest:
            lowest = self.minimumSizeHint().height()
            if lowest != self._lowest:
                self._lowest = lowest
                self.updateGeometry()
        return super().event(event)
