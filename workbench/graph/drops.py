"""A kind of layer that is dragged over the graph, and where it would go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QDropEvent

from workbench.graph.edge_item import EdgeItem
from workbench.graph.node_item import NodeItem
from workbench.layer_palette import dragged_kind

if TYPE_CHECKING:
    from workbench.graph.canvas import GraphCanvas

#: How near a connection a drop is on it, in px of the scene.
NEAR = 14.0


class Drop:
    """On a connection it goes into it, on a box behind it, elsewhere it stands by itself."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas
        self._aim: NodeItem | EdgeItem | None = None

    def enter(self, event: QDropEvent) -> None:
        """Take it, or leave it to the window."""
        if self._canvas.editable and dragged_kind(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def move(self, event: QDropEvent) -> None:
        """Show where it would go."""
        self.enter(event)
        if event.isAccepted():
            self._aim_at(self._found(event))

    def leave(self) -> None:
        """Show nothing more."""
        self._aim_at(None)

    def finish(self, event: QDropEvent) -> None:
        """Put it there."""
        kind = dragged_kind(event.mimeData())
        if kind is None or not self._canvas.editable:
            event.ignore()
            return
        aim = self._found(event)
        self._aim_at(None)
        event.acceptProposedAction()
        self._canvas.setFocus()
        builder = self._canvas.builder
        if isinstance(aim, EdgeItem):
            nodes = self._canvas.graph.nodes
            source, reader = nodes[aim.source].box, nodes[aim.reader].box
            if reader.is_group:
                builder.insert_after(source.members[-1] if source.members else source.name, kind)
            else:
                builder.insert_between(
                    source.members[-1] if source.members else source.name, reader.name, kind
                )
        elif isinstance(aim, NodeItem):
            builder.insert_after(aim.box.members[-1] if aim.box.members else aim.box.name, kind)
        else:
            place = self._canvas.mapToScene(event.position().toPoint())
            self._canvas.dropped.emit(kind, place)

    def _found(self, event: QDropEvent) -> NodeItem | EdgeItem | None:
        graph = self._canvas.graph
        point = self._canvas.mapToScene(event.position().toPoint())
        return graph.node_at(point) or graph.edge_at(point, NEAR)

    def _aim_at(self, aim: NodeItem | EdgeItem | None) -> None:
        if aim is self._aim:
            return
        for item, aimed in ((self._aim, False), (aim, True)):
            if isinstance(item, NodeItem):
                item.set_state(item.state._replace(aimed_at=aimed))
            elif isinstance(item, EdgeItem):
                item.set_state(item.state._replace(chosen=aimed))
        self._aim = aim
