"""The one mutable object of the window: the document and its history, assets, feed and jobs.

Imports neither torch nor numpy: the frame of the window is painted before they are there.  What
needs them is in `engine`, which is imported on a lane and handed over by `Session.begin`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.document.document import Document, History, changes
from core.errors import UserError
from core.jobs import Job, Jobs
from workbench.coach import Coach
from workbench.live_path import LivePath
from workbench.settings import Settings
from workbench.training_news import Training

if TYPE_CHECKING:
    from core.analysis.live import Request, Seen
    from core.data.source import Source
    from core.network.layer_table import LayerRow
    from core.network.snapshot import Model, Snapshot
    from core.network.spec import ModelSpec
    from workbench.engine import Engine

LANES = ("live", "analyse", "train", "dream", "io")

#: Lanes whose work follows the camera and has no end.
ENDLESS = ("live", "dream")

#: How often news of jobs is looked for, in ms; the eye sees no more.
POLL_MS = 16
#: The same while a network trains, which needs the time more.
CALM_MS = 42
#: The same for so many s after something was asked for: an answer often takes several jobs.
QUICK_MS, QUICK_SECONDS = 4, 0.15
#: Edits of the same fields within this time, in s, are one step of undo.
MERGE_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class Now:
    """What is shown at this moment and is not undone.

    `seen`: the newest frame with what the live docks asked for.  `followed`: the weights of the
    running training, in place of the document's; `recalled`: an earlier moment, in place of both.
    `data`: the data set that is chosen for the next training.  `training`: how the present or
    last one stands.
    """

    seen: Seen | None = None
    followed: Snapshot | None = None
    recalled: Snapshot | None = None
    frozen: bool = False
    data: str = ""
    training: Training | None = None


class Session(QObject):
    """Docks read `document` and `now`, call the verbs, and listen.  GUI thread only."""

    #: Names of the fields of Document and Now that differ.
    changed = Signal(frozenset)
    #: A new frame has been looked at: `now.seen`.
    seen = Signal()
    #: A sentence for the person, and whether it tells of something that went wrong.
    said = Signal(str, bool)
    #: Jobs began or ended.
    jobs_changed = Signal()
    #: The engine is there: `engine`.
    ready = Signal()
    #: All work is about to stop: nothing may be started any more.
    closing = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.now = Now()
        self.assets: dict[str, Snapshot] = {}
        self.engine: Engine | None = None
        self.project: Path | None = None
        self.jobs = Jobs(*LANES, on_start=_start_lane)
        self.coach = Coach(self)
        self._history = History(Document())
        self._saved = self._history.now
        self._last_edit: tuple[frozenset[str], float] = (frozenset(), 0.0)
        self._lent: set[str] = set()
        self._asked = 0.0
        self._live = LivePath(self)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    # The document

    @property
    def document(self) -> Document:
        """What is open."""
        return self._history.now

    @property
    def is_modified(self) -> bool:
        """Whether there is something that saving would keep."""
        return self._history.now != self._saved

    def mark_saved(self, project: Path | None) -> None:
        """The document is what the project file holds."""
        self.project, self._saved = project, self._history.now
        self.changed.emit(frozenset({"project"}))

    def edit(self, **fields: Any) -> None:
        """Replace fields of the document, as one undoable step.

        Edits of the same fields in quick succession, such as a drag, are one step; so is the first
        network with what was before it, as there is nothing to go back to.
        """
        names, moment = frozenset(fields), time.monotonic()
        merge = names == self._last_edit[0] and moment - self._last_edit[1] < MERGE_SECONDS
        self._last_edit = (names, moment)
        old, new = self.document, replace(self.document, **fields)
        is_first = old.model is None and new.model is not None
        if new != old:
            self._move(lambda: self._history.push(new, merge or is_first))

    def replace_document(self, document: Document) -> None:
        """Open another document: the history begins anew."""
        old = self.document
        self._history = History(document)
        self._saved = document
        self._announce(old)

    def open_project(
        self, path: Path, document: Document, snapshots: Mapping[str, Snapshot]
    ) -> None:
        """Take over the content of a project file."""
        self.assets |= snapshots
        self.project = path
        self.replace_document(document)

    def undo(self) -> None:
        """Go back one step."""
        self._last_edit = (frozenset(), 0.0)
        self._move(self._history.undo)

    def redo(self) -> None:
        """Go forward one step."""
        self._last_edit = (frozenset(), 0.0)
        self._move(self._history.redo)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to go forward."""
        return self._history.can_redo

    # Selection

    def select_layer(self, layer: str) -> None:
        """Look at another layer: its first unit."""
        if layer != self.document.layer:
            self.edit(layer=layer, unit=0, cell=None)

    def select_unit(self, unit: int, cell: tuple[int, int] | None = None) -> None:
        """Look at another unit of the layer, and at one cell of its map."""
        self.edit(unit=unit, cell=cell)

    def select_target(self, target: int | None) -> None:
        """Ask about another class; None: the most probable one."""
        self.edit(target=target)

    # Networks

    @property
    def model(self) -> Model | None:
        """The open network."""
        return self.document.model

    def snapshot(self, view: str = "") -> Snapshot | None:
        """The weights that a dock looks at.

        Its pinned ones, else those of the moment that is recalled, else of the training that is
        followed, else the open ones.
        """
        pinned = dict(self.document.pins).get(view)
        if pinned in self.assets:
            return self.assets[pinned]
        if self.engine is None or self.document.snapshot not in self.assets:
            return None
        present = self.now.followed or self.assets[self.document.snapshot]
        return self.engine.snapshot_of(self.document.model, self.now.recalled or present)

    def table(self, view: str = "") -> tuple[LayerRow, ...]:
        """The layer table of the network that a dock looks at."""
        pinned = self.assets.get(dict(self.document.pins).get(view, ""))
        model = pinned.model if pinned else self.document.model
        if self.engine is None or model is None:
            return ()
        return self.engine.table(model)

    def layer(self, view: str = "") -> str:
        """The chosen layer, or for a dock pinned to another network the one that fits it."""
        rows = self.table(view)
        names = [row.name for row in rows]
        if self.document.layer in names or self.engine is None:
            return self.document.layer
        return self.engine.first_layer(rows)

    def open_model(self, name: str, **options: Any) -> None:
        """Open a network by the name that the command line takes too; says so where it fails."""
        self._load(
            "Opening " + name, partial(_engine(self).open_model, name, **options), self._on_model
        )

    def open_module(self, snapshot: Snapshot, source: Source | None = None) -> None:
        """Open a network that was made elsewhere; says so where its forward pass fails."""
        work = partial(_engine(self).adopt, snapshot, source)
        self._load("Opening " + snapshot.model.name, work, self._on_model)

    def open_weights(self, path: Path) -> None:
        """Put the weights of a file into the open network; says how far they fit."""
        snapshot = self.snapshot()
        if snapshot is None:
            self.say("Open a network first, then the weights for it.", problem=True)
            return
        work = partial(_engine(self).open_weights, snapshot, path)
        self._load("Opening " + path.name, work, self._on_weights)

    def open_snapshot(self, snapshot: Snapshot, source: Source | None = None) -> None:
        """Open a network that is there already."""
        engine = _engine(self)
        identity = self.keep(snapshot)
        self.now = replace(self.now, followed=None)
        fields: dict[str, Any] = {"source": source} if source else {}
        if self._lent:
            pins = self.document.pins
            fields["pins"] = tuple(pin for pin in pins if pin[1] not in self._lent)
        self.edit(
            model=snapshot.model,
            snapshot=identity,
            layer=engine.first_layer(engine.table(snapshot.model)),
            unit=0,
            cell=None,
            target=None,
            **fields,
        )

    def edit_spec(self, spec: ModelSpec, layer: str, *, apart: bool = False, **fields: Any) -> None:
        """Change the network: weights stay where a layer's name and shape stay.

        `apart`: as a step of undo of its own, however quickly it follows another.  `fields` of the
        document that belong to the change are of the same step.
        """
        model = self.model
        if model is None or (spec == model.spec and layer == self.document.layer):
            return
        if apart:
            self._last_edit = (frozenset(), 0.0)
        unit = self.document.unit if layer == self.document.layer else 0
        preprocessing = model.preprocessing.resized(spec.input)
        model = replace(model, spec=spec, preprocessing=preprocessing, origin="")
        self.edit(model=model, layer=layer, unit=unit, cell=None, **fields)
        if apart:
            self._last_edit = (frozenset(), 0.0)

    def keep(self, snapshot: Snapshot) -> str:
        """Store weights for good, and give the id under which the document names them."""
        for identity, known in self.assets.items():
            if known is snapshot:
                return identity
        identity = next(n for k in count() if (n := f"snapshot-{k}") not in self.assets)
        self.assets[identity] = snapshot
        return identity

    def follow(self, snapshot: Snapshot | None) -> None:
        """Look at the weights of a running training in place of the document's; None: no more."""
        self.now = replace(self.now, followed=snapshot)
        self._live.plan_soon()
        self.changed.emit(frozenset({"snapshot"}))

    def recall(self, snapshot: Snapshot | None) -> None:
        """Look at an earlier moment of a training; None: at the present again."""
        if snapshot is self.now.recalled:
            return
        self.now = replace(self.now, recalled=snapshot)
        self._hurry()
        self.changed.emit(frozenset({"snapshot", "recalled"}))
        self._live.plan()

    def tell_data(self, name: str) -> None:
        """Say which data set is chosen for training."""
        self.now = replace(self.now, data=name)
        self.changed.emit(frozenset({"data"}))

    def tell_training(self, training: Training | None) -> None:
        """Hand on how a training stands to the docks that show it; None: one begins."""
        self.now = replace(self.now, training=training)
        self.changed.emit(frozenset({"training"}))

    def pin(self, view: str, identity: str | None) -> None:
        """Let a dock keep showing one network; None: the open one again."""
        pins = {name: value for name, value in self.document.pins if name != view}
        if identity is not None:
            pins[view] = identity
        self.edit(pins=tuple(sorted(pins.items())))

    def pin_model(self, view: str, name: str) -> None:
        """Let a dock show another network, by its name."""
        self._load(
            "Opening " + name,
            partial(_engine(self).open_model, name),
            lambda opened: self.pin(view, self.keep(opened[0])),
        )

    def pin_models(self, views: Sequence[str], name: str) -> None:
        """Let docks show another network until one is opened: no step of undo."""
        self._load(
            "Opening " + name,
            partial(_engine(self).open_model, name),
            lambda opened: self._use_pins(views, self.keep(opened[0])),
        )

    # Input

    def look_at(self, source: Source) -> None:
        """Look at another input, once it could be opened; says so where it could not."""
        self._load(
            "Opening " + source.title,
            partial(_engine(self).open_feed, source),
            lambda feed: self._on_feed(source, feed),
        )

    def freeze(self, frozen: bool) -> None:
        """Hold the present frame, or go on."""
        if self.engine is not None:
            self.engine.freeze(frozen)
        self.now = replace(self.now, frozen=frozen)
        self.changed.emit(frozenset({"frozen", "frame"} if frozen else {"frozen"}))

    @property
    def is_still(self) -> bool:
        """Whether the frame stays as it is: a photograph, a sample, or a frozen camera."""
        source = self.document.source
        return self.now.frozen or source is None or source.kind != "camera"

    # Work

    def watch(self, key: str, request: Request | None) -> None:
        """Ask for a live analysis with every frame, under `key`; None: no more."""
        self._live.ask(key, request)

    def start(
        self,
        title: str,
        work: Callable[[], Any],
        *,
        lane: str,
        awaited: bool = True,
        **options: Any,
    ) -> Job:
        """Run `work` on a lane; its callbacks come on the GUI thread (see `Jobs.submit`).

        What no person waits for is not `awaited`.
        """
        job = self.jobs.submit(title, work, lane=lane, **options)
        if awaited or not self._timer.isActive():
            self._hurry()
        self.jobs_changed.emit()
        return job

    def say(self, sentence: str, problem: bool = False) -> None:
        """Tell the person something, without stopping them."""
        self.said.emit(sentence, problem)

    @property
    def is_idle(self) -> bool:
        """Whether no job is under way but those that go on for ever, or hold."""
        return all(job.lane in ENDLESS or job.state == "paused" for job in self.jobs.live)

    def begin(self) -> None:
        """Import the engine on a lane; `ready` follows."""
        self.start("Starting the engine", _import_engine, lane="io", on_done=self._on_engine)

    def close(self) -> None:
        """Stop all work and close the feed."""
        self.closing.emit()
        self._timer.stop()
        if self.engine is not None:
            self.engine.close()
        self.jobs.close()

    # Inside

    def _move(self, step: Callable[[], Any]) -> None:
        old = self.document
        step()
        self._announce(old)

    def _announce(self, old: Document) -> None:
        names = changes(old, self.document)
        if not names:
            return
        if "model" in names or "snapshot" in names:
            if self.now.recalled is not None:
                names |= {"recalled"}
            self.now = replace(self.now, followed=None, recalled=None)
        if "source" in names:
            self._sync_feed()
        self._hurry()
        self._live.plan_soon()
        self.changed.emit(names)

    def _use_pins(self, views: Sequence[str], identity: str) -> None:
        self._lent.add(identity)
        pins = dict(self.document.pins) | dict.fromkeys(views, identity)
        document = replace(self.document, pins=tuple(sorted(pins.items())))
        self._move(lambda: self._history.push(document, merge=True))

    def _sync_feed(self) -> None:
        source, engine = self.document.source, self.engine
        if engine is None or source is None or engine.source == source:
            return
        self._load(
            "Opening " + source.title,
            partial(engine.open_feed, source),
            partial(self._use_feed, source),
        )

    def _use_feed(self, source: Source, feed: Any) -> None:
        _engine(self).use_feed(source, feed)
        self.now = replace(self.now, frozen=False)
        self._live.plan_soon()

    def _on_feed(self, source: Source, feed: Any) -> None:
        self._use_feed(source, feed)
        self.edit(source=source, cell=None)

    def _on_model(self, opened: tuple[Snapshot, Source | None]) -> None:
        snapshot, source = opened
        camera = self.document.source is not None and self.document.source.kind == "camera"
        self.open_snapshot(snapshot, None if camera else source)

    def _on_weights(self, snapshot: Snapshot) -> None:
        self.edit(snapshot=self.keep(snapshot))
        if snapshot.match is not None:
            self.say(snapshot.match.sentence)

    def _load(self, title: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.start(title, work, lane="io", on_done=done, on_error=self._on_load_error)

    def _on_load_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.say(str(error), problem=True)

    def _on_engine(self, engine: Engine) -> None:
        self.engine = engine
        self.start(
            "Looking", partial(engine.live, engine.plan), lane="live", on_progress=self._live.take
        )
        self._sync_feed()
        self._live.plan_soon()
        self.ready.emit()

    def _draw_seen(self) -> None:
        old, new = self.now.seen, self._live.due()
        if new is None:
            return
        self.now = replace(self.now, seen=new)
        self.seen.emit()
        if self.is_still and (old is None or old.frame is not new.frame):
            self.changed.emit(frozenset({"frame"}))

    def _hurry(self) -> None:
        """Look for news often, as something was asked for."""
        self._asked = time.monotonic()
        self._timer.start(QUICK_MS)

    def _poll(self) -> None:
        if time.monotonic() - self._asked > QUICK_SECONDS:
            apart = POLL_MS if self.now.followed is None else CALM_MS
            if self._timer.interval() != apart:
                self._timer.setInterval(apart)
        before = len(self.jobs.live)
        busy = self.jobs.poll()
        self._draw_seen()
        if len(self.jobs.live) != before:
            self.jobs_changed.emit()
        if not busy:
            self._timer.stop()


def _start_lane(lane: str) -> None:
    if lane == "io":
        return  # it imports the engine itself, in its first job
    from workbench.engine import set_threads  # torch, which the first paint does not wait for

    set_threads(lane)


def _import_engine() -> Engine:
    from workbench.engine import Engine  # on a lane: it takes seconds

    return Engine()


def _engine(session: Session) -> Engine:
    if session.engine is None:
        raise UserError("The engine is still starting; try again in a second.")
    return session.engine
