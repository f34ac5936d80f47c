"""Compare: two moments of a training, or two runs, side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.analysis.methods.activations import ActivationsParams
from core.analysis.methods.predictions import PredictionsParams
from core.analysis.side_by_side import Kernels, kernels_side_by_side
from core.network.snapshot import Snapshot
from core.results import Table
from core.training.catalogue import Catalogue, Entry
from core.training.differences import differences
from workbench.parts import label, scrolled, tight
from workbench.reader import Reader
from workbench.run_choice import RunChoice
from workbench.session import Session
from workbench.view import View
from workbench.widgets.difference_figures import DifferenceFigures
from workbench.widgets.network_card import NetworkCard

#: The moment that the left half shows at first: the beginning.
FIRST = 0
#: Classes that are told.
CLASSES = 5
#: What each half shows with every frame, and what both show together.
ANALYSES_SHOWN, KERNELS = ("activations", "predictions"), "kernels"
#: Room between the halves, in px.
GAP = 12

NO_RUNS = "Choose a run above. Train a network: each training is kept as one."
NO_NETWORK = "Open a network first."


class Side(NamedTuple):
    """One half: what is chosen, and what it is like."""

    name: str
    choice: RunChoice
    card: NetworkCard


class CompareView(View):
    """The selected layer, the classes and the figures of two networks, for the same input."""

    title = "Compare"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training", "recalled", "model", "snapshot", "layer", "unit", "target"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._training: Path | None = None
        self._asked: dict[str, tuple[object, ...]] = {}
        self.left, self.right = self._make_side("left"), self._make_side("right")
        self.figures = DifferenceFigures()
        self.note = label(part="caption", wraps=True)
        self._runs = Reader(session, "", self)
        self._runs.came.connect(self._on_runs)
        self._runs.failed.connect(lambda why: session.say(why, problem=True))
        self._kernels = Reader(session, "", self, lane="analyse")
        self._kernels.came.connect(self._on_kernels)
        session.seen.connect(self._on_seen)
        session.coach.state_changed.connect(self._on_state_changed)
        self._lay_out()

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both halves."""
        return self.left, self.right

    def update_view(self) -> None:
        """Show both networks as they are now; a run that is trained on moves its slider."""
        training = self.session.now.training
        folder = training.folder if training is not None else None
        if folder != self._training:
            self._training = folder
            self._runs.ask(_present_runs)
        for side in self.sides:
            if folder is not None and side.choice.folder == folder:
                side.choice.refresh()
        self._show()

    def exportable(self) -> Table:
        """The figures of both, and how they differ."""
        names = ("", self.left.choice.name, self.right.choice.name, "difference")
        return replace(self._figures(), columns=names)

    def showEvent(self, event: QShowEvent) -> None:
        """Look which runs there are."""
        super().showEvent(event)
        self._runs.ask(_present_runs)

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock asks for nothing."""
        super().hideEvent(event)
        for reader in (self._runs, self._kernels):
            reader.forget()
        for side in self.sides:
            side.choice.rest()
            self._unwatch(side)
        self._asked.clear()
        self._stale = True

    # Inside

    def _show(self) -> None:
        document = self.session.document
        for side in self.sides:
            self._watch(side)
            side.card.select(document.unit, document.target)
        self._ask_for_kernels()
        self.figures.show_table(self._figures())
        notes = [self._note(side) for side in self.sides]
        self.note.setText(" ".join(filter(None, notes)))
        self.note.setVisible(any(notes))
        self.set_subtitle(document.layer)

    def _snapshot(self, side: Side) -> Snapshot | None:
        """What a half shows: the left one nothing before there is a run."""
        waits = side is self.left and side.choice.folder is None and not side.choice.is_chosen
        return None if waits else side.choice.snapshot

    def _inputs(self, side: Side) -> Inputs:
        snapshot, engine = self._snapshot(side), self.session.engine
        if snapshot is None or engine is None:
            return Inputs()
        return Inputs(snapshot, layer=self._layer(snapshot), device=engine.device)

    def _layer(self, snapshot: Snapshot) -> str:
        """The selected layer, or that by which a network without it is entered."""
        engine, layer, spec = self.session.engine, self.session.document.layer, snapshot.model.spec
        if engine is None or (spec is not None and layer in [node.name for node in spec.nodes]):
            return layer
        rows = engine.table(snapshot.model)
        return layer if layer in [row.name for row in rows] else engine.first_layer(rows)

    def _note(self, side: Side) -> str:
        """That another layer is shown than the selected one."""
        shown, wanted = self._inputs(side).layer, self.session.document.layer
        if not shown or shown == wanted:
            return ""
        return f"The {side.name} network has no layer {wanted}; {shown} is shown."

    def _figures(self) -> Table:
        return differences(self._snapshot(self.left), self._snapshot(self.right))

    def _watch(self, side: Side) -> None:
        """Ask for what a half shows with every frame, if that is new."""
        inputs, columns = self._inputs(side), side.card.activations.columns_wanted
        if inputs.snapshot is None:
            self._unwatch(side)
            side.card.clear(self._why_not(side))
            return
        question = inputs.snapshot, inputs.layer, columns
        if self._asked.get(side.name) == question:
            return
        self._asked[side.name] = question
        count = max(1, min(CLASSES, len(inputs.snapshot.model.classes)))
        for analysis, params in (
            ("activations", ActivationsParams(columns=columns)),
            ("predictions", PredictionsParams(count)),
        ):
            key = _key(side, analysis)
            self.session.watch(key, Request(key, analysis, inputs, params))

    def _unwatch(self, side: Side) -> None:
        if self._asked.pop(side.name, None) is not None:
            for analysis in ANALYSES_SHOWN:
                self.session.watch(_key(side, analysis), None)

    def _why_not(self, side: Side) -> str:
        if side.choice.folder is not None:
            return side.choice.problem
        return NO_RUNS if side is self.left else NO_NETWORK

    def _ask_for_kernels(self) -> None:
        """Ask for the kernels of both on one scale, if they are others than before."""
        pair = [self._inputs(side) for side in self.sides]
        question = tuple((inputs.snapshot, inputs.layer) for inputs in pair)
        if self._asked.get(KERNELS) != question:
            self._asked[KERNELS] = question
            self._kernels.ask(partial(kernels_side_by_side, *pair))

    def _on_kernels(self, found: tuple[Kernels, ...]) -> None:
        for side, kernels in zip(self.sides, found, strict=True):
            if self._snapshot(side) is not None:
                side.card.show_kernels(kernels)

    def _on_seen(self) -> None:
        seen = self.session.now.seen
        if seen is None or not self.isVisible():
            return
        for side in self.sides:
            activations, classes = (seen.results.get(_key(side, one)) for one in ANALYSES_SHOWN)
            if activations is not None and side.name in self._asked:
                side.card.show_activations(activations)
            if classes is not None and side.name in self._asked:
                side.card.show_classes(classes)

    def _on_runs(self, entries: tuple[Entry, ...]) -> None:
        for side in self.sides:
            side.choice.show_runs(entries)
        newest = self._training or next((entry.folder for entry in entries), None)
        if newest is not None and not self.left.choice.is_chosen:
            self.left.choice.choose(newest, FIRST)

    def _on_state_changed(self) -> None:
        """A training began or ended."""
        if self.isVisible():
            self._runs.ask(_present_runs)

    def _on_chosen(self, side: Side, unit: int) -> None:
        if self._inputs(side).layer == self.session.document.layer:
            self.session.select_unit(unit)

    def _on_target(self, index: int) -> None:
        self.session.select_target(None if index == self.session.document.target else index)

    def _on_changed_choice(self) -> None:
        if self.isVisible():
            self._show()

    def _make_side(self, name: str) -> Side:
        side = Side(
            name, RunChoice(self.session, name.capitalize()), NetworkCard(name.capitalize())
        )
        side.choice.changed.connect(self._on_changed_choice)
        side.card.chosen.connect(partial(self._on_chosen, side))
        side.card.target_chosen.connect(self._on_target)
        side.card.activations.columns_wanted_changed.connect(self._on_changed_choice)
        return side

    def _lay_out(self) -> None:
        choices, cards = tight(QHBoxLayout(), GAP), tight(QHBoxLayout(), GAP)
        for side in self.sides:
            choices.addWidget(side.choice, 1)
            cards.addWidget(side.card, 1)
        inner = QWidget()
        below = tight(QVBoxLayout(inner), GAP)
        below.setContentsMargins(0, 0, 6, 0)
        below.addWidget(self.figures)
        below.addWidget(self.note)
        below.addLayout(cards, 1)
        column = tight(QVBoxLayout(self))
        column.addLayout(choices)
        column.addWidget(scrolled(inner), 1)


def _key(side: Side, analysis: str) -> str:
    """Under which name the live path is asked."""
    return f"compare {side.name} {analysis}"


def _present_runs() -> tuple[Entry, ...]:
    """The runs whose folders are there."""
    return tuple(entry for entry in Catalogue().list() if entry.state != "gone")
