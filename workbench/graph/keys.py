"""What the keys do in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from workbench.graph.canvas import GraphCanvas

#: The factor by which a key zooms.
STEP = 1.25

#: Why a line at a closed group stays.
OPEN_FIRST = "Open the group to change what its layers read."

_CTRL = Qt.KeyboardModifier.ControlModifier
_Key = Qt.Key
_Standard = QKeySequence.StandardKey


def pressed(canvas: GraphCanvas, event: QKeyEvent) -> bool:
    """Do what a key stands for; gives whether it stands for anything."""
    return _looks(canvas, event) or _walks(canvas, event) or _edits(canvas, event)


def _looks(canvas: GraphCanvas, event: QKeyEvent) -> bool:
    ctrl = bool(event.modifiers() & _CTRL)
    if event.key() in (_Key.Key_Plus, _Key.Key_Equal):
        canvas.zoom_by(STEP)
    elif event.key() == _Key.Key_Minus:
        canvas.zoom_by(1 / STEP)
    elif ctrl and event.key() == _Key.Key_0:
        canvas.fit()
    elif event.matches(_Standard.SelectAll):
        canvas.graph.choose(canvas.graph.nodes)
    elif event.key() == _Key.Key_Escape:
        canvas.graph.choose(())
    else:
        return False
    return True


def _walks(canvas: GraphCanvas, event: QKeyEvent) -> bool:
    """The arrows go along the wiring, and to the box above or below."""
    ways = {
        _Key.Key_Left: QPointF(-1, 0),
        _Key.Key_Right: QPointF(1, 0),
        _Key.Key_Up: QPointF(0, -1),
        _Key.Key_Down: QPointF(0, 1),
    }
    way = ways.get(_Key(event.key()))
    if way is None:
        return False
    name = neighbour(canvas, way)
    if name is not None:
        canvas.choose(canvas.graph.nodes[name])
        canvas.reveal(name)
    return True


def neighbour(canvas: GraphCanvas, way: QPointF) -> str | None:
    """The box that lies in a direction: one that is connected if it is left or right."""
    graph = canvas.graph
    here = graph.nodes.get(graph.current)
    if here is None:
        return next((name for name, node in graph.nodes.items() if node.box.members), None)
    name = here.box.name
    if way.x() < 0:
        return next((read for read in graph.network.reads[name] if read in graph.nodes), None)
    if way.x() > 0:
        return next((r for r, sources in graph.network.reads.items() if name in sources), None)
    ahead = {
        other: node.pos() - here.pos()
        for other, node in graph.nodes.items()
        if (node.y() - here.y()) * way.y() > 1
    }
    return min(ahead, key=lambda o: abs(ahead[o].y()) + 2 * abs(ahead[o].x()), default=None)


def _edits(canvas: GraphCanvas, event: QKeyEvent) -> bool:
    graph = canvas.graph
    if event.key() in (_Key.Key_Return, _Key.Key_Enter) and graph.current:
        canvas.open_wanted.emit(graph.current)
    elif not canvas.editable:
        return False
    elif event.key() in (_Key.Key_Delete, _Key.Key_Backspace):
        delete(canvas)
    elif event.key() == _Key.Key_F2:
        canvas.start_renaming()
    elif event.key() == _Key.Key_Insert:
        node = graph.nodes.get(graph.current)
        place = canvas.mapFromScene(node.area.center() if node else canvas.sceneRect().center())
        canvas.insert_wanted.emit(canvas.viewport().mapToGlobal(place))
    else:
        return False
    return True


def delete(canvas: GraphCanvas) -> None:
    """Take away the chosen connection, or the chosen layers."""
    edge = canvas.graph.chosen_edge
    if edge is None:
        canvas.builder.remove(*canvas.chosen_layers())
    elif any(canvas.graph.nodes[end].box.is_group for end in edge):
        canvas.builder.session.say(OPEN_FIRST, problem=True)
    else:
        canvas.builder.disconnect(*edge)
