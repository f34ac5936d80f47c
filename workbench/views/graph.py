"""The graph: the network from left to right, to be looked at and built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from core.analysis.live import Seen
from core.network.groups import Group, blocks, box_of
from core.network.layer_table import LayerRow, layer_table
from core.network.layout import Point
from core.network.spec import INPUT, LayerKind, ModelSpec, Shape
from core.options import option, values_of
from workbench.builder import Builder
from workbench.graph.boxes import NOTHING, Box, boxes_of
from workbench.graph.canvas import GraphCanvas
from workbench.graph.keys import delete
from workbench.graph.node_item import HEIGHT, WIDTH, NodeItem
from workbench.layer_palette import LayerPalette
from workbench.live_thumbnails import LiveThumbnails
from workbench.misfit_card import MisfitCard
from workbench.parts import dressed, tight
from workbench.saved_params import save_params, saved_params
from workbench.session import Session
from workbench.view import View
from workbench.widgets.empty import EmptyState
from workbench.widgets.pixels import coloured

#: The card of a layer that does not fit: its width, and its distance from the layer, in px.
CARD, APART = 440, 10
#: The picture of the input has at least so many pixels a side, where the input has.
PICTURED = 88


@dataclass(frozen=True)
class GraphParams:
    """How the graph of one network was arranged by hand."""

    network: str = option("", label="Network", help="The network that was arranged")
    moved: str = option("{}", label="Moved", help="Boxes that were dragged, and by how many px")
    closed: str = option("[]", label="Groups", help="Layers that are drawn as one box")

    @property
    def offsets(self) -> dict[str, Point]:
        """By how much each box was dragged."""
        return {name: (float(x), float(y)) for name, (x, y) in json.loads(self.moved).items()}

    @property
    def groups(self) -> tuple[Group, ...]:
        """The layers that are drawn as one."""
        return tuple(Group(title, tuple(members)) for title, members in json.loads(self.closed))

    def with_offsets(self, offsets: dict[str, Point]) -> GraphParams:
        """With other places."""
        return replace(self, moved=json.dumps(offsets))

    def with_groups(self, groups: Sequence[Group]) -> GraphParams:
        """With other groups."""
        return replace(self, closed=json.dumps([(g.title, g.members) for g in groups]))


class GraphView(View):
    """A card for each layer and a line for each connection; every edit can be undone."""

    title = "Graph"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.builder = Builder(session)
        self.canvas = GraphCanvas(self.builder)
        self.card = MisfitCard(self.builder, self.canvas.viewport())
        self.card.changed.connect(self._place_card)
        self.empty = EmptyState("")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.canvas)
        self._pages.addWidget(self.empty)
        tight(QVBoxLayout(self)).addWidget(self._pages)
        self._shown = ""
        self.tools = self._make_tools()
        self._connect()
        self._thumbnails = LiveThumbnails(
            session,
            self.name,
            lambda: self.canvas.pictured_in_sight,
            self.canvas.graph.set_pictures,
            self,
        )
        session.seen.connect(self._on_seen)

    # What is shown

    @property
    def params(self) -> GraphParams:
        """How the network that is shown was arranged."""
        saved = saved_params(self.session, self.name, GraphParams)
        return saved if saved.network == self._network else GraphParams(self._network)

    def update_view(self) -> None:
        """Show the network as it is now."""
        rows = self.session.table(self.name)
        self._show_page(bool(rows))
        self.set_subtitle(self._network)
        canvas, params = self.canvas, self.params
        if not rows:
            canvas.graph.show_network(NOTHING, {}, canvas.room)
            self._shown = ""
            self.set_readout("")
            return
        canvas.editable = self._is_editable
        network = boxes_of(rows, _input_of(rows), params.groups)
        anew = self._shown != self._network
        self._shown = self._network
        moved = params.offsets
        rewired = canvas.graph.show_network(network, moved, canvas.room, anew=anew)
        canvas.graph.set_current(self.session.layer(self.name))
        if anew:
            canvas.begin()
        elif rewired:
            canvas.keep()
        canvas.map.place()
        canvas.reveal(canvas.graph.current)
        self._say_current()
        self._show_problem()
        self._thumbnails.watch()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for pictures again."""
        super().showEvent(event)
        self._thumbnails.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock asks for nothing."""
        super().hideEvent(event)
        self._thumbnails.watch()

    # Groups

    def close_group(self, layers: Sequence[str]) -> None:
        """Draw layers, with whatever stands between them, as one box."""
        order = [row.name for row in self.session.table(self.name)]
        places = sorted(order.index(layer) for layer in layers if layer in order)
        if not places or places[0] == places[-1]:
            self.session.say("Choose two layers or more to close them into a group.")
            return
        members = tuple(order[places[0] : places[-1] + 1])
        kept = [group for group in self.params.groups if not set(group.members) & set(members)]
        titles = {group.title for group in kept}
        title = _title(members, titles)
        self._save(self.params.with_groups([*kept, Group(title, members)]))
        self.canvas.graph.choose((box_of(Group(title, members)),))

    def close_blocks(self) -> None:
        """Draw every run of layers that share the beginning of their names as one box."""
        found = blocks([row.name for row in self.session.table(self.name)])
        if not found:
            self.session.say(
                "No neighbouring layers share a beginning of their names, as block1_ …"
            )
        self._save(self.params.with_groups(found))

    def open_group(self, name: str) -> None:
        """Draw the layers of a group by themselves again."""
        left = [group for group in self.params.groups if box_of(group) != name]
        if len(left) != len(self.params.groups):
            self._save(self.params.with_groups(left))

    def open_groups(self) -> None:
        """Draw every layer by itself."""
        self._save(self.params.with_groups(()))

    # Inside

    @property
    def _network(self) -> str:
        """The name of the network that is shown."""
        snapshot = self.session.assets.get(dict(self.session.document.pins).get(self.name, ""))
        model = snapshot.model if snapshot is not None else self.session.model
        return model.name if model is not None else ""

    @property
    def _is_editable(self) -> bool:
        """Whether it is the open network, and one that was described here."""
        return self.builder.spec is not None and self._is_open

    @property
    def _is_open(self) -> bool:
        """Whether it shows the open network, and not one that it is pinned to."""
        return dict(self.session.document.pins).get(self.name) not in self.session.assets

    def _make_tools(self) -> tuple[QWidget, ...]:
        wanted = (
            ("+ Layer", "Add a layer behind the chosen one (Insert)", self._on_add),
            ("Arrange", "Put every box back where it belongs", self._on_arrange),
            ("Fit", "Show the whole network (Ctrl+0)", self.canvas.fit),
        )
        tools = []
        for text, tip, pressed in wanted:
            tool = dressed(QToolButton(self), "caption")
            tool.setText(text)
            tool.setToolTip(tip)
            tool.clicked.connect(pressed)
            tools.append(tool)
        self._add_tool = tools[0]
        return tuple(tools)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.selected.connect(self.session.select_layer)
        canvas.moved.connect(self._on_moved)
        canvas.dropped.connect(self._on_dropped)
        canvas.open_wanted.connect(self.open_group)
        canvas.insert_wanted.connect(self.ask_insert)
        canvas.menu_wanted.connect(self._on_menu_wanted)
        canvas.looked.connect(self._on_looked)

    def ask_insert(self, where: QPoint) -> LayerPalette:
        """Offer the kinds of layers; the one that is chosen goes behind the current layer."""
        palette = LayerPalette(self, self._insert)
        palette.show_at(where)
        return palette

    def _insert(self, kind: type[LayerKind]) -> None:
        layers = self.canvas.chosen_layers()
        if layers:
            self.builder.insert_after(layers[-1], kind)
        else:
            spec = self.builder.spec
            self.builder.insert(len(spec.nodes) if spec else 0, kind)
        self.canvas.setFocus()

    def _show_page(self, has_layers: bool) -> None:
        self._add_tool.setVisible(self._is_editable)
        self._pages.setCurrentIndex(0 if has_layers else 1)
        if not has_layers and self._is_editable:
            self.empty.set_text(
                "This network has no layers yet. Begin with a convolution, or with a dense layer "
                "behind a flatten.",
                "+ Add a layer",
                self._on_add,
            )
        elif not has_layers:
            self.empty.set_text("Open a network first: Ctrl+N.")

    def _show_problem(self) -> None:
        """The card of the current layer, or of the first, that does not fit."""
        rows = self.session.table(self.name)
        wrong = [row for row in rows if row.is_misfit]
        current = self.session.layer(self.name)
        row = next((row for row in wrong if row.name == current), wrong[0] if wrong else None)
        self.card.show_problem(row.name if row else "", row.problem if row else "")
        several = len(wrong) > 1
        count = f"{len(wrong)} layers do not fit" if several else "1 layer does not fit"
        self.set_readout(count if wrong else "")
        self._place_card()

    @property
    def _current_box(self) -> Box | None:
        return self.canvas.graph.network.boxes.get(self.canvas.graph.current)

    def _place_card(self) -> None:
        """Near its box, where it hides least; away where the box is not seen, or would be hidden.

        A low dock has no room for it: the Layer dock says the same.
        """
        graph = self.canvas.graph
        node = graph.nodes.get(graph.network.box_of.get(self.card.layer, ""))
        if node is None:
            return
        area, room = self._seen_at(node), self.canvas.viewport().rect()
        width = min(CARD, room.width() - 16)
        size = QSize(width, self.card.heightForWidth(width))
        places = [place for place in _places(area, size, room) if not place.intersects(area)]
        self.card.setVisible(bool(places) and room.intersects(area))
        if places:
            seen = (self._seen_at(node) for node in graph.nodes.values())
            others = [box for box in seen if room.intersects(box)]
            self.card.setGeometry(min(places, key=lambda place: _hidden(place, others)))

    def _seen_at(self, node: NodeItem) -> QRect:
        """Where a box is on the viewport, in px."""
        return self.canvas.mapFromScene(node.area).boundingRect()

    def _say_current(self) -> None:
        box = self._current_box
        text = ", ".join(part for part in (box.title, box.shape) if part) if box else ""
        self.canvas.setAccessibleDescription(text)

    def _save(self, params: GraphParams) -> None:
        save_params(self.session, self.name, params)

    def _on_add(self) -> None:
        anchor = self._add_tool
        self.ask_insert(anchor.mapToGlobal(QPoint(anchor.width() // 2, anchor.height())))

    def _on_arrange(self) -> None:
        if self.params.offsets:
            self._save(self.params.with_offsets({}))
        self.canvas.arrange()

    def _on_moved(self, names: tuple[str, ...], by: QPointF) -> None:
        self._save(self.params.with_offsets(self._offsets(names, by)))

    def _offsets(self, names: Sequence[str], by: QPointF) -> dict[str, Point]:
        offsets = self.params.offsets
        for name in names:
            x, y = offsets.get(name, (0.0, 0.0))
            offsets[name] = (x + by.x(), y + by.y())
        return offsets

    def _on_dropped(self, kind: type[LayerKind], place: QPointF) -> None:
        """A layer by itself, where it was dropped."""
        self.builder.insert_apart(kind, partial(self._settings_for, place))

    def _settings_for(self, place: QPointF, spec: ModelSpec, name: str) -> dict[str, Any]:
        """The document's settings in which a new box stands at a place of the scene."""
        graph, params = self.canvas.graph, self.params
        network = boxes_of(layer_table(spec), spec.input, params.groups)
        given = graph.laid_out(network, self.canvas.room).places[name]
        offset = (place.x() - WIDTH / 2 - given[0], place.y() - HEIGHT / 2 - given[1])
        values = values_of(params.with_offsets(params.offsets | {name: offset}))
        settings = dict(self.session.document.settings) | {self.name: tuple(values.items())}
        return {"settings": tuple(sorted(settings.items()))}

    def _on_seen(self) -> None:
        """The input is pictured as well."""
        seen = self.session.now.seen
        node = self.canvas.graph.nodes.get(INPUT)
        if node is not None and seen is not None and self.isVisible():
            node.set_picture(_picture_of_input(seen) if self._is_open else None)

    def _on_looked(self) -> None:
        self._place_card()
        self._thumbnails.watch()

    def _on_menu_wanted(self, where: QPoint) -> None:
        menu = self.menu_for_chosen(where)
        menu.popup(where)

    def menu_for_chosen(self, where: QPoint) -> QMenu:
        """What can be done with what is chosen."""
        canvas, builder = self.canvas, self.builder
        layers, edge = canvas.chosen_layers(), canvas.graph.chosen_edge
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if canvas.editable and edge is not None:
            menu.addAction("Disconnect", partial(delete, canvas))
            menu.addSeparator()
        if canvas.editable and layers:
            menu.addAction("Insert behind…", partial(self.ask_insert, where))
            menu.addAction("Rename", canvas.start_renaming)
            menu.addAction("Duplicate", partial(builder.duplicate, *layers))
            menu.addAction("Copy", partial(builder.copy, *layers))
            menu.addAction("Cut", partial(builder.cut, *layers))
            menu.addAction("Delete", partial(builder.remove, *layers))
            menu.addSeparator()
        if len(layers) > 1 and not self._is_one_group:
            menu.addAction("Close into a group", partial(self.close_group, layers))
        if self._is_one_group:
            menu.addAction("Open the group", partial(self.open_group, canvas.graph.current))
        menu.addAction("Close the blocks", self.close_blocks)
        if self.params.groups:
            menu.addAction("Open all groups", self.open_groups)
        menu.addSeparator()
        menu.addAction("Arrange", self._on_arrange)
        menu.addAction("Fit", canvas.fit)
        return menu

    @property
    def _is_one_group(self) -> bool:
        boxes = self.canvas.graph.network.boxes
        chosen = self.canvas.graph.chosen or (self.canvas.graph.current,)
        return len(chosen) == 1 and chosen[0] in boxes and boxes[chosen[0]].is_group


def _input_of(rows: Sequence[LayerRow]) -> Shape | None:
    """The shape of the network's input, as the layers that read it are given it."""
    readers = (row for row in rows if INPUT in row.reads and len(row.given) == len(row.reads))
    return next((row.given[row.reads.index(INPUT)] for row in readers), None)


def _picture_of_input(seen: Seen) -> QImage | None:
    """The part of the frame that the network sees."""
    frame, box = seen.frame, seen.box
    if frame is None or box is None:
        return None
    top, left = max(0, round(box.top)), max(0, round(box.left))
    bottom, right = round(box.top + box.height), round(box.left + box.width)
    step = max(1, min(bottom - top, right - left) // PICTURED)
    part = frame[top:bottom:step, left:right:step]
    return coloured(np.ascontiguousarray(part)) if part.size else None


def _title(members: Sequence[str], taken: set[str]) -> str:
    """A name for a group: what its layers' names begin with, or that of its first layer."""
    found = blocks(members)
    title = found[0].title if found and len(found[0].members) == len(members) else members[0]
    return (
        title
        if title not in taken
        else next(name for k in range(2, len(taken) + 3) if (name := f"{title} {k}") not in taken)
    )


def _places(area: QRect, size: QSize, room: QRect) -> list[QRect]:
    """Where a card may stand: below a box, above it, beside it, or in a corner; best first."""
    width, height = size.width(), size.height()
    x = max(8, min(area.center().x() - width // 2, room.width() - width - 8))
    y = max(8, min(area.center().y() - height // 2, room.height() - height - 8))
    left, top = 8, 8
    right, bottom = room.width() - width - 8, room.height() - height - 8
    corners = [
        (x, area.bottom() + APART),
        (x, area.top() - APART - height),
        (area.right() + APART, y),
        (area.left() - APART - width, y),
        *((across, down) for down in (bottom, top) for across in (left, right)),
    ]
    places = [QRect(*corner, width, height) for corner in corners]
    return [place for place in places if room.contains(place)]


def _hidden(place: QRect, boxes: Iterable[QRect]) -> int:
    """How much of some boxes a place covers, in px squared."""
    covered = (place.intersected(box) for box in boxes)
    return sum(part.width() * part.height() for part in covered if part.isValid())
