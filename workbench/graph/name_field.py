"""The field in which a box is given another name, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from workbench.graph.node_item import NodeItem

if TYPE_CHECKING:
    from workbench.graph.canvas import GraphCanvas

#: The field is never narrower than this, in px.
NARROWEST = 120


class NameField(QLineEdit):
    """Enter renames, Esc leaves the name, a click elsewhere renames as well."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas.viewport())
        self.setAccessibleName("Name of the layer")
        self._canvas = canvas
        self._node: NodeItem | None = None
        self._rename: Callable[[str], object] | None = None
        self.hide()
        self.editingFinished.connect(self.finish)

    def start(self, node: NodeItem, rename: Callable[[str], object]) -> None:
        """Edit the name of a box."""
        self._node, self._rename = node, rename
        self.setText(node.box.title)
        self.follow()
        self.show()
        self.selectAll()
        self.setFocus()

    def follow(self) -> None:
        """Stay on the box."""
        if self._node is not None:
            area = self._canvas.mapFromScene(self._node.area).boundingRect()
            width = max(NARROWEST, area.width())
            self.setGeometry(area.left(), area.top(), width, self.sizeHint().height())

    def finish(self) -> None:
        """Rename, if the name is another."""
        node, rename = self._node, self._rename
        self._node = self._rename = None
        self.hide()
        text = self.text().strip()
        if node is not None and rename is not None and text != node.box.title:
            rename(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the name as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self._node = self._rename = None
            self.hide()
            self._canvas.setFocus()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._canvas.setFocus()
