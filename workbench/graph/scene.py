"""The scene: an item for each box and each connection, at the places of the layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGraphicsScene

from core.network.layout import Layout, Point, layout
from core.network.spec import INPUT
from workbench.graph.boxes import NOTHING, Boxes
from workbench.graph.edge_item import EdgeItem, EdgeState, own_runs
from workbench.graph.node_item import REACH, SIZES, NodeItem, NodeState

#: Free room around the network, in px.
MARGIN = 16.0

Ends = tuple[str, str]

NO_LAYOUT = Layout({}, {}, 0, 0, 0)

_BOUNDS = Qt.ItemSelectionMode.IntersectsItemBoundingRect


class GraphScene(QGraphicsScene):
    """Boxes and connections of one network, and which of them are chosen.

    `chosen` are boxes, in the network's order; `current` is that of the layer that every dock
    shows.  Items stay as they are where nothing changed, so that an edit is shown at once.
    """

    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Ends, EdgeItem] = {}
        self.network = NOTHING
        self.current = ""
        self.chosen: tuple[str, ...] = ()
        self.chosen_edge: Ends | None = None
        self.hovered: NodeItem | EdgeItem | None = None
        #: The part of the scene with boxes and lines; the scene has some free room around it.
        self.network_area = QRectF()
        #: How often the boxes were put to their places.
        self.placed = 0
        self._layout = NO_LAYOUT
        self._moved: dict[str, Point] = {}
        self._shown_reads: Mapping[str, tuple[str, ...]] | None = None

    # The network

    def show_network(
        self,
        network: Boxes,
        moved: Mapping[str, Point],
        view: tuple[float, float],
        *,
        anew: bool = False,
    ) -> bool:
        """Show a network; `moved` are offsets of boxes from where the layout has them.

        `anew`: it is another than the last.  `set_current` is to follow.  Gives whether the boxes
        may stand elsewhere.
        """
        rewired = anew or network.reads != self._shown_reads
        self.network = network
        if rewired:
            self._shown_reads = network.reads
            if anew:
                self._layout = NO_LAYOUT
            self._layout = self.laid_out(network, view)
            self._match_items()
        for name, box in network.boxes.items():
            self.nodes[name].set_box(box)
        if rewired or dict(moved) != self._moved:
            self._moved = dict(moved)
            self._place()
        return rewired

    def laid_out(self, network: Boxes, view: tuple[float, float]) -> Layout:
        """The layout that a network would get in place of the present one."""
        return layout(network.reads, SIZES, view=view, columns=self._layout.columns)

    def arrange(self, view: tuple[float, float], *, whole: bool = False) -> None:
        """Lay the network out anew for a view of this size; `whole`: to be seen as a whole."""
        self._layout = layout(self.network.reads, SIZES, view=view, whole=whole)
        self._place()

    def set_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Show what layers make of the input."""
        for node in self.nodes.values():
            picture = pictures.get(node.box.pictured)
            if picture is not None:
                node.set_picture(picture)

    def place_of(self, name: str) -> QPointF:
        """Where the layout alone has a box."""
        return QPointF(*self._layout.places.get(name, (0.0, 0.0)))

    # What is chosen

    def set_current(self, layer: str) -> None:
        """Mark the box of the layer that every dock shows; another one is chosen alone."""
        box = self.network.box_of.get(layer, "")
        if box != self.current and box not in self.chosen:
            self.chosen, self.chosen_edge = (), None
        self.current = box
        self._mark()

    def choose(self, names: Iterable[str], edge: Ends | None = None) -> None:
        """Choose boxes, or a connection, in place of what was chosen."""
        chosen = set(names)
        self.chosen = tuple(name for name in self.nodes if name in chosen and name != INPUT)
        self.chosen_edge = edge if edge in self.edges else None
        self._mark()
        self.chosen_changed.emit()

    def layers_of(self, names: Sequence[str]) -> tuple[str, ...]:
        """The layers that boxes stand for, in the network's order."""
        boxes = self.network.boxes
        return tuple(layer for name in names if name in boxes for layer in boxes[name].members)

    def hover(self, item: NodeItem | EdgeItem | None) -> None:
        """Light up what is under the pointer."""
        if item is not self.hovered:
            self.hovered = item
            self._mark()

    # What is where

    def node_at(self, point: QPointF) -> NodeItem | None:
        """The box at a point."""
        return next((node for node in self._near(point) if node.area.contains(point)), None)

    def port_at(self, point: QPointF, reach: float = REACH) -> tuple[NodeItem, bool] | None:
        """The box whose port is at a point, and whether it is the output."""
        for node in self._near(point, reach):
            for port, is_output in ((node.output, True), (node.input, False)):
                if (port - point).manhattanLength() <= reach:
                    return node, is_output
        return None

    def edge_at(self, point: QPointF, reach: float = 2.0) -> EdgeItem | None:
        """The connection at a point."""
        around = _around(point, reach)
        found = [item for item in self.items(around, _BOUNDS) if isinstance(item, EdgeItem)]
        hit = [edge for edge in found if edge.shape().intersects(around)]
        return min(hit, key=lambda edge: edge.boundingRect().width(), default=None)

    def nodes_in(self, area: QRectF) -> list[NodeItem]:
        """The boxes that an area touches."""
        near = set(self.items(area, _BOUNDS))
        return [n for n in self.nodes.values() if n in near and n.area.intersects(area)]

    def edges_of(self, name: str) -> list[EdgeItem]:
        """The connections of a box."""
        return [edge for ends, edge in self.edges.items() if name in ends]

    # Inside

    def _near(self, point: QPointF, reach: float = REACH) -> list[NodeItem]:
        found = self.items(_around(point, reach), _BOUNDS)
        return [item for item in found if isinstance(item, NodeItem)]

    def _match_items(self) -> None:
        """As many items as there are boxes and connections."""
        ends = {(s, reader) for reader, sources in self.network.reads.items() for s in sources}
        for name in [name for name in self.nodes if name not in self.network.boxes]:
            self.removeItem(self.nodes.pop(name))
        for gone in [pair for pair in self.edges if pair not in ends]:
            self.removeItem(self.edges.pop(gone))
        self.hovered = None
        for name, box in self.network.boxes.items():
            if name not in self.nodes:
                self.nodes[name] = NodeItem(box)
                self.addItem(self.nodes[name])
        for pair in sorted(ends - set(self.edges)):
            self.edges[pair] = EdgeItem(*pair)
            self.addItem(self.edges[pair])
        self.nodes = {name: self.nodes[name] for name in self.network.boxes}
        self.chosen = tuple(name for name in self.chosen if name in self.nodes)
        if self.chosen_edge not in self.edges:
            self.chosen_edge = None

    def _place(self) -> None:
        for name, node in self.nodes.items():
            offset = QPointF(*self._moved.get(name, (0.0, 0.0)))
            node.setPos(self.place_of(name) + offset)
        self.placed += 1
        self.lead_edges(self.nodes)
        area = QRectF(0, 0, self._layout.width, self._layout.height)
        for node in self.nodes.values():
            area = area.united(node.area)
        self.network_area = area
        self.setSceneRect(area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))

    def lead_edges(self, names: Iterable[str]) -> None:
        """Lead the connections of some boxes from where they stand now."""
        sources = {s for name in names for s in (name, *self.network.reads.get(name, ()))}
        order = {name: number for number, name in enumerate(self.nodes)}
        of_source: dict[str, list[EdgeItem]] = {}
        for (source, _), edge in self.edges.items():
            if source in sources:
                of_source.setdefault(source, []).append(edge)
        for edges in of_source.values():
            farthest = sorted(edges, key=lambda edge: -order[edge.reader])
            lines = [self._line(edge) for edge in farthest]
            for edge, line, runs in zip(farthest, lines, own_runs(lines), strict=True):
                edge.set_points(line, runs)

    def _line(self, edge: EdgeItem) -> tuple[Point, ...]:
        """The points of a connection: those of the layout, unless one of its ends was moved."""
        source, reader = self.nodes[edge.source], self.nodes[edge.reader]
        route = self._layout.routes.get((edge.source, edge.reader), ())
        ends = (source.output, reader.input)
        if route and all(_is_at(*pair) for pair in zip(ends, (route[0], route[-1]), strict=True)):
            return route
        return _point(ends[0]), _point(ends[1])

    def _mark(self) -> None:
        """Put every item into the state that its part in the selection gives it."""
        chosen, hovered, current = set(self.chosen), self.hovered, self.current
        near = {*chosen, current}
        for name, node in self.nodes.items():
            here, is_hovered = name == current, node is hovered
            node.set_state(NodeState(name in chosen, here, is_hovered, here or is_hovered))
        wrong = {name for name, box in self.network.boxes.items() if box.problem}
        for ends, edge in self.edges.items():
            lit = edge is hovered or not near.isdisjoint(ends)
            edge.set_state(EdgeState(lit, ends == self.chosen_edge, ends[1] in wrong))


def _around(point: QPointF, reach: float) -> QRectF:
    return QRectF(point - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach))


def _is_at(point: QPointF, corner: Point) -> bool:
    return (point - QPointF(*corner)).manhattanLength() < 0.01


def _point(point: QPointF) -> Point:
    return point.x(), point.y()
