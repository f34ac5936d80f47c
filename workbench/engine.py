"""What the session asks of the engine; the one module that brings torch into the window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from core.analysis.live import Plan, Request, live
from core.data.feed import Feed, StillFeed
from core.data.picture_files import listed
from core.data.source import Source, open_source
from core.network.devices import devices
from core.network.foreign.reading import HOW_READ
from core.network.layer_table import LayerRow, fitting, layer_table
from core.network.loading import open_model, with_weights
from core.network.presets import PRESETS
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec
from core.network.subject import Subject, subject_for
from core.training.trainer import Trainer

#: Layer kinds by which a network is entered: the first of them is chosen when it opens.
_ENTRANCES = ("Conv2d",)


class Engine:
    """The devices, the feed, the plan of the live path, and the tables of the networks."""

    def __init__(self) -> None:
        self.devices = devices()
        self.device = next(iter(self.devices))
        self.plan = Plan()
        self.live = live
        self.feed: Feed | StillFeed | None = None
        self.source: Source | None = None
        self._asked: tuple[Snapshot | None, tuple[Request, ...], float] = (None, (), 0.0)
        self._edited: tuple[Model, Snapshot, Snapshot] | None = None
        self._subjects: dict[Model, Subject] = {}
        self._last_table: tuple[ModelSpec, tuple[LayerRow, ...]] | None = None
        self._trainer: Trainer | None = None

    def open_model(self, name: str, **options: Any) -> tuple[Snapshot, Source | None]:
        """A network by name, and the input that it is best looked at with.  Runs on a lane.

        Raises UserError if it cannot be opened.
        """
        snapshot = open_model(name, **options)
        example = PRESETS[name].example if name in PRESETS else ""
        return self.adopt(snapshot, Source.parse(example) if example else None)

    def adopt(
        self, snapshot: Snapshot, source: Source | None = None
    ) -> tuple[Snapshot, Source | None]:
        """A network that is there already, traced where it has no spec.  Runs on a lane.

        Raises UserError if its forward pass fails.
        """
        if snapshot.model.spec is None:
            self._subjects[snapshot.model] = subject_for(snapshot)
        return snapshot, source

    def open_weights(self, snapshot: Snapshot, path: Path) -> Snapshot:
        """The network with the weights of a file, as far as they fit.  Runs on a lane.

        Raises UserError if none does.
        """
        return with_weights(snapshot, path)

    def open_feed(self, source: Source) -> Feed | StillFeed:
        """The frames of a source.  Runs on a lane; raises UserError if there can be none."""
        return open_source(source)

    def use_feed(self, source: Source, feed: Feed | StillFeed) -> None:
        """Look at this feed from now on, and close the last."""
        old, self.feed, self.source = self.feed, feed, source
        if old is not None:
            old.close(0)  # the window does not wait for a driver that hangs
        self.ask(*self._asked)

    def freeze(self, frozen: bool) -> None:
        """Hold the present frame, or go on."""
        if self.feed is not None:
            self.feed.freeze(frozen)

    def ask(
        self, snapshot: Snapshot | None, requests: tuple[Request, ...], rest: float = 0.0
    ) -> None:
        """Tell the live path what to look at, with which network, for which docks.

        It rests for `rest` s after each frame.
        """
        self._asked = (snapshot, requests, rest)
        if self.feed is not None:
            self.feed.apart = rest / 2  # one is there when the rest is over
        if self.feed is not None and snapshot is not None:
            self.plan.set(snapshot, self.feed, requests, rest)

    def snapshot_of(self, model: Model | None, weights: Snapshot) -> Snapshot:
        """The open model with these weights: as far as its layers fit."""
        if model is None or model == weights.model:
            return weights
        if self._edited is None or self._edited[:2] != (model, weights):
            self._edited = (model, weights, replace(weights, model=self._usable(model)))
        return self._edited[2]

    def table(self, model: Model) -> tuple[LayerRow, ...]:
        """The layer table of a network, with what does not fit."""
        if model.spec is None:
            subject = self._subjects.get(model)
            return subject.table if subject is not None else ()
        if self._last_table is None or self._last_table[0] is not model.spec:
            self._last_table = model.spec, layer_table(model.spec, self._last_table)
        return self._last_table[1]

    def how_read(self, model: Model) -> str:
        """How the layers of a network were found that was not described, and which do not run."""
        subject = self._subjects.get(model)
        if subject is None:
            return ""
        names = [row.name for row in subject.idle]
        idle = f" Layers that do not run: {listed(names)}." if names else ""
        return HOW_READ.get(subject.read_by, "") + idle

    def first_layer(self, rows: Sequence[LayerRow]) -> str:
        """The layer to begin with: the first convolution, else the first layer."""
        entrances = [row.name for row in rows if row.kind in _ENTRANCES]
        return (entrances or [row.name for row in rows] or [""])[0]

    def memory(self) -> tuple[float, float]:
        """Memory in use and in all on the device, in GB."""
        if self.device.startswith("cuda"):
            free, total = torch.cuda.mem_get_info()
            return (total - free) / 1e9, total / 1e9
        page = os.sysconf("SC_PAGE_SIZE")
        total = os.sysconf("SC_PHYS_PAGES") * page
        return (total - os.sysconf("SC_AVPHYS_PAGES") * page) / 1e9, total / 1e9

    def trainer(self) -> Trainer:
        """The process that trains, started where none is free: it takes seconds to be ready.

        Runs on the lane that trains.
        """
        if self._trainer is None or not self._trainer.is_free:
            self._trainer = Trainer()
        return self._trainer

    def close(self) -> None:
        """Let the feed and the trainer go."""
        if self._trainer is not None:
            self._trainer.close()
        if self.feed is not None:
            self.feed.close()

    def _usable(self, model: Model) -> Model:
        """The model with the layers that fit; without its classes where the last one does not."""
        if model.spec is None:
            return model
        spec = fitting(model.spec, self.table(model))
        whole = bool(spec.nodes) and spec.nodes[-1].name == model.spec.nodes[-1].name
        return replace(model, spec=spec, classes=model.classes if whole else ())


def set_threads(lane: str) -> None:
    """Leave a core to the window: torch's thread count belongs to each thread."""
    torch.set_num_threads(threads_of(lane))


def threads_of(lane: str) -> int:
    """How many threads a lane computes with: training and looking share the cores but one."""
    return max(1, (os.cpu_count() or 2) - 1)
