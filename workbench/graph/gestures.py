"""What a press of the mouse begins: choosing, moving, connecting, taking away, panning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsRectItem

from workbench import theme
from workbench.graph.edge_item import EdgeItem
from workbench.graph.keys import OPEN_FIRST
from workbench.graph.node_item import NodeItem

if TYPE_CHECKING:
    from workbench.graph.canvas import GraphCanvas

#: Within this distance of its end, in px of the scene, a line is taken by that end.
NEAR_END = 60.0

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Gesture(Protocol):
    """What goes on between a press and a release; points are of the viewport."""

    def move(self, point: QPointF) -> None:
        """The pointer moved."""

    def end(self, point: QPointF) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """The person thought better of it."""


def begun(canvas: GraphCanvas, event: QMouseEvent) -> Gesture | None:
    """The gesture that a press begins there."""
    point, graph = canvas.mapToScene(event.position().toPoint()), canvas.graph
    if event.button() == Qt.MouseButton.MiddleButton:
        return Pan(canvas, event.position())
    if event.button() != Qt.MouseButton.LeftButton:
        return None
    port = graph.port_at(point) if canvas.editable else None
    node = graph.node_at(point)
    if port is not None and (port[1] or node is None or graph.edges_of(node.box.name)):
        taken = _from_port(canvas, *port)
        if taken is not None:
            return taken
    if node is not None:
        return MoveBoxes(canvas, node, event)
    edge = graph.edge_at(point)
    if edge is not None:
        graph.choose((), (edge.source, edge.reader))
        return _from_line(canvas, edge, event.position(), point)
    if event.modifiers() & (_CTRL | _SHIFT):
        return RubberBand(canvas, event.position())
    graph.choose(())
    return Pan(canvas, event.position())


def _from_port(canvas: GraphCanvas, node: NodeItem, is_output: bool) -> Gesture | None:
    """A new line from an output; the last line that enters an input, by its end."""
    if is_output:
        return Connect(canvas, node)
    sources = canvas.graph.network.reads.get(node.box.name, ())
    edge = canvas.graph.edges.get((sources[-1], node.box.name)) if sources else None
    return Reconnect(canvas, edge, at_reader=True) if edge is not None else None


def _from_line(
    canvas: GraphCanvas, edge: EdgeItem, pressed: QPointF, point: QPointF
) -> Gesture | None:
    """A line, taken near one of its ends, once it is dragged."""
    start, end = QPointF(*edge.points[0]), QPointF(*edge.points[-1])
    to_start, to_end = ((point - one).manhattanLength() for one in (start, end))
    if not canvas.editable or min(to_start, to_end) > NEAR_END:
        return None
    return Reconnect(canvas, edge, at_reader=to_end <= to_start, pressed=pressed)


class Pan:
    """Look elsewhere, by dragging what is empty."""

    def __init__(self, canvas: GraphCanvas, point: QPointF) -> None:
        self._canvas, self._last = canvas, point
        canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, point: QPointF) -> None:
        """Follow the pointer."""
        self._canvas.pan(self._last - point)
        self._last = point

    def end(self, point: QPointF) -> None:
        """Stay there."""
        self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)

    def cancel(self) -> None:
        """Stay there."""
        self.end(self._last)


class RubberBand:
    """Choose the boxes in a rectangle, besides those that are."""

    def __init__(self, canvas: GraphCanvas, point: QPointF) -> None:
        self._canvas = canvas
        self._start = canvas.mapToScene(point.toPoint())
        self._before = canvas.graph.chosen
        self._band = QGraphicsRectItem()
        accent = theme.theme().colour("accent")
        self._band.setPen(QPen(accent, 0))
        accent.setAlphaF(0.12)
        self._band.setBrush(accent)
        self._band.setZValue(3)
        canvas.graph.addItem(self._band)

    def move(self, point: QPointF) -> None:
        """Choose what it touches now."""
        area = QRectF(self._start, self._canvas.mapToScene(point.toPoint())).normalized()
        self._band.setRect(area)
        touched = (node.box.name for node in self._canvas.graph.nodes_in(area))
        self._canvas.graph.choose((*self._before, *touched))

    def end(self, point: QPointF) -> None:
        """Leave them chosen."""
        self._canvas.graph.removeItem(self._band)

    def cancel(self) -> None:
        """Choose what was chosen."""
        self._canvas.graph.removeItem(self._band)
        self._canvas.graph.choose(self._before)


class MoveBoxes:
    """Choose a box, with Ctrl besides others; dragged, the chosen ones move."""

    def __init__(self, canvas: GraphCanvas, node: NodeItem, event: QMouseEvent) -> None:
        self._canvas, self._start = canvas, event.position()
        self._by = QPointF()
        graph, name = canvas.graph, node.box.name
        several = bool(event.modifiers() & (_CTRL | _SHIFT))
        if several and name in graph.chosen:
            graph.choose(other for other in graph.chosen if other != name)
        elif several or name not in graph.chosen:
            canvas.choose(node, graph.chosen if several else ())
        self._names = graph.chosen if name in graph.chosen else (name,)
        self._places = {one: graph.nodes[one].pos() for one in self._names}

    def move(self, point: QPointF) -> None:
        """Let the boxes follow, with their lines."""
        by = (point - self._start) / self._canvas.scale_now
        far = (point - self._start).manhattanLength() >= QApplication.startDragDistance()
        if not far and self._by.isNull():
            return
        self._put(by)

    def end(self, point: QPointF) -> None:
        """Leave them there."""
        if not self._by.isNull():
            self._canvas.moved.emit(self._names, self._by)

    def cancel(self) -> None:
        """Put them back."""
        self._put(QPointF())

    def _put(self, by: QPointF) -> None:
        self._by = by
        for name, place in self._places.items():
            self._canvas.graph.nodes[name].setPos(place + by)
        self._canvas.graph.lead_edges(self._names)


class Connect:
    """Draw a line from an output to the input of the layer that shall read it."""

    def __init__(self, canvas: GraphCanvas, source: NodeItem) -> None:
        self._canvas, self._source = canvas, source
        self._line = LooseLine(canvas, source.output, forward=True)

    def move(self, point: QPointF) -> None:
        """Draw it to the pointer."""
        self._line.draw_to(point, self._source)

    def end(self, point: QPointF) -> None:
        """Connect with the box under the pointer."""
        aim = self._line.finish(point, self._source)
        layers = aim.box.members if aim is not None else ()
        if aim is not None and layers and self._source.box.name != aim.box.name:
            self._canvas.builder.connect(_output(self._source), layers[0])

    def cancel(self) -> None:
        """Connect nothing."""
        self._line.remove()


class Reconnect:
    """Take a line by one end to another box, or away."""

    def __init__(
        self,
        canvas: GraphCanvas,
        edge: EdgeItem,
        *,
        at_reader: bool,
        pressed: QPointF | None = None,
    ) -> None:
        self._canvas, self._edge, self._at_reader = canvas, edge, at_reader
        self._pressed = pressed
        self._line: LooseLine | None = None
        nodes = canvas.graph.nodes
        self._held = nodes[edge.source if at_reader else edge.reader]
        self._let_go = nodes[edge.reader if at_reader else edge.source]

    def move(self, point: QPointF) -> None:
        """Draw it to the pointer, once it is dragged."""
        if self._line is None:
            if self._pressed is None:
                self._pressed = point
            far = (point - self._pressed).manhattanLength()
            if far < QApplication.startDragDistance():
                return
            start = self._held.output if self._at_reader else self._held.input
            self._line = LooseLine(self._canvas, start, forward=self._at_reader)
            self._edge.hide()
        self._line.draw_to(point, self._held)

    def end(self, point: QPointF) -> None:
        """Connect with the box under the pointer; with none, disconnect."""
        if self._line is None:
            return
        aim = self._line.finish(point, self._held)
        self._edge.show()
        if aim is self._let_go:
            return
        builder, graph = self._canvas.builder, self._canvas.graph
        if any(graph.nodes[end].box.is_group for end in (self._edge.source, self._edge.reader)):
            builder.session.say(OPEN_FIRST, problem=True)
        elif aim is None:
            builder.disconnect(self._edge.source, self._edge.reader)
        elif self._at_reader and aim.box.members:
            builder.redirect(self._edge.source, self._edge.reader, aim.box.members[0])
        elif not self._at_reader:
            builder.read_instead(self._edge.source, self._edge.reader, _output(aim))

    def cancel(self) -> None:
        """Leave it as it was."""
        self._edge.show()
        if self._line is not None:
            self._line.remove()


class LooseLine:
    """A line of which one end follows the pointer, and the box that it would be joined with."""

    def __init__(self, canvas: GraphCanvas, start: QPointF, *, forward: bool) -> None:
        self._canvas, self._start, self._forward = canvas, start, forward
        self._item = QGraphicsPathItem()
        self._item.setPen(QPen(QColor(theme.theme().accent), 2))
        self._item.setZValue(2)
        canvas.graph.addItem(self._item)
        self._aim: NodeItem | None = None

    def draw_to(self, point: QPointF, held: NodeItem) -> None:
        """Let the end follow, or snap to the port of the box under the pointer."""
        self._aim_at(self._found(point, held))
        end = self._canvas.mapToScene(point.toPoint())
        if self._aim is not None:
            end = self._aim.input if self._forward else self._aim.output
        handle = QPointF(max(30.0, abs(end.x() - self._start.x()) / 2), 0)
        handle = handle if self._forward else -handle
        path = QPainterPath(self._start)
        path.cubicTo(self._start + handle, end - handle, end)
        self._item.setPath(path)

    def finish(self, point: QPointF, held: NodeItem) -> NodeItem | None:
        """Take the line away; gives the box under the pointer."""
        found = self._found(point, held)
        self.remove()
        return found

    def remove(self) -> None:
        """Take the line away."""
        self._aim_at(None)
        self._canvas.graph.removeItem(self._item)

    def _found(self, point: QPointF, held: NodeItem) -> NodeItem | None:
        place = self._canvas.mapToScene(point.toPoint())
        port = self._canvas.graph.port_at(place)
        node = self._canvas.graph.node_at(place) or (port[0] if port else None)
        return node if node is not held else None

    def _aim_at(self, node: NodeItem | None) -> None:
        if node is not self._aim:
            for one, aimed in ((self._aim, False), (node, True)):
                if one is not None:
                    one.set_state(one.state._replace(aimed_at=aimed))
            self._aim = node


def _output(node: NodeItem) -> str:
    """The layer whose output leaves a box."""
    return node.box.members[-1] if node.box.members else node.box.name
