"""The top bar: workspaces, undo and redo, the search, the main action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from workbench.icons import IconButton
from workbench.parts import dressed, label
from workbench.workspaces import WORKSPACES


class TopBar(QFrame):
    """One fixed place for what is always wanted."""

    workspace_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.menu = IconButton("menu", "All commands", self)
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.undo = IconButton("undo", "Undo (Ctrl+Z)", self)
        self.redo = IconButton("redo", "Redo (Ctrl+Shift+Z)", self)
        self.search = dressed(QToolButton(), "search")
        self.search.setText("Search commands, layers, classes    Ctrl+Shift+P")
        self.train = dressed(QPushButton("Train"), "main")
        self._group = QButtonGroup(self, exclusive=True)
        self._tabs: dict[str, QToolButton] = {}
        name = label("CNN Workbench", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 12, 6)
        row.setSpacing(4)
        row.addWidget(self.menu)
        row.addWidget(name)
        row.addSpacing(16)
        for space in WORKSPACES:
            row.addWidget(self._tab(space.name, space.hint))
        row.addStretch(1)
        for widget in (self.search, self.undo, self.redo, self.train):
            row.addWidget(widget)
            widget.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_workspace(self, name: str) -> None:
        """Show which workspace is up."""
        self._tabs[name].setChecked(True)

    def _tab(self, name: str, hint: str) -> QToolButton:
        tab = dressed(QToolButton(), "workspace")
        tab.setText(name)
        tab.setToolTip(hint)
        tab.setCheckable(True)
        tab.setCursor(Qt.CursorShape.PointingHandCursor)
        tab.clicked.connect(lambda: self.workspace_chosen.emit(name))
        self._group.addButton(tab)
        self._tabs[name] = tab
        return tab
