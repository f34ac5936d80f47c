"""Trains the open network, goes on with runs, and watches those that other processes train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.jobs import Job, Progress

if TYPE_CHECKING:
    from core.network.snapshot import Snapshot
    from core.training.forecast import Forecast
    from core.training.runs import Run, RunSettings
    from core.training.settings import Stop, TrainParams
    from core.training.train import TrainingReport
    from core.training.trainer_frames import Order
    from workbench.session import Session

#: The view whose settings are those of the training.
SETTINGS = "training"
#: Each curve, and the docks, are drawn in turn, this far apart, in s: so the window stays quick.
SHOWN_SECONDS = 0.125
#: How long a window that is closed waits for its training to write its last checkpoint, in s.
CLOSING_SECONDS = 5.0
#: The turn of the docks that show the network, and of those that show how the training stands.
WEIGHTS, STANDING = "weights", "standing"

BUSY = "A network is being trained here; stop it first."
NOT_OURS = "This network was not described here, so it cannot be trained."
NO_NETWORK = "Open a network first, then train it."


@dataclass(frozen=True, eq=False)
class Training:
    """How a training stands: its newest report, the name of its data set, its run's folder."""

    report: TrainingReport
    data: str
    folder: Path | None = None


class Coach(QObject):
    """One training at a time, here or elsewhere; its news reach the docks by the session.

    Every training is recorded as a run.  GUI thread only.
    """

    #: It began, paused, went on or ended.
    state_changed = Signal()
    #: A panel of the curves of `report` is to be drawn anew; empty: all of them.
    curves_due = Signal(str)
    #: A sentence on how it went, and whether something went wrong.
    said = Signal(str, bool)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        #: What to train on, by torch's name; empty: what is looked with.
        self.device = ""
        self._job: Job | None = None
        self._is_watching = False
        self._stop: Stop | None = None
        self._origin = ""
        self._report: TrainingReport | None = None
        self._data = ""
        self._folder: Path | None = None
        self._shown = 0.0
        self._turn = 0
        session.closing.connect(self._on_closing)

    # What it is doing

    @property
    def is_running(self) -> bool:
        """Whether a training is under way here, paused or not."""
        return self._is_live and not self._is_watching

    @property
    def is_paused(self) -> bool:
        """Whether the training that is under way here holds."""
        return self.is_running and self._job is not None and self._job.state == "paused"

    @property
    def is_ending(self) -> bool:
        """Whether the training that is under way here was told to stop."""
        return self.is_running and self._stop is not None

    @property
    def is_watching(self) -> bool:
        """Whether it waits for news of a run that another process trains."""
        return self._is_live and self._is_watching

    @property
    def report(self) -> TrainingReport | None:
        """The newest report of the present or last training."""
        return self._report

    # What the person does

    def start(self, params: TrainParams, data: str, seed: int) -> None:
        """Train the network that is looked at, as a new run; says so where it cannot be."""
        from core.training.runs import new_run_folder  # torch

        snapshot = self._session.snapshot()
        if self.is_running:
            return
        if snapshot is None or snapshot.model.spec is None:
            self.said.emit(NO_NETWORK if snapshot is None else NOT_OURS, True)
            return
        self._launch(snapshot, data, params, seed, new_run_folder(snapshot.model))

    def resume(self, folder: Path) -> None:
        """Open the network of a run, and go on with its training."""
        from core.training.runs import open_run  # torch

        self._open(folder, partial(open_run, folder), partial(self._on_run, folder))

    def watch(self, folder: Path) -> None:
        """Open the network of a run with its curves, and follow it while it is trained."""
        from core.training.runs import run_settings  # torch

        self._open(folder, partial(run_settings, folder), partial(self._on_settings, folder))

    def stop(self, *, after_epoch: bool = False) -> None:
        """End the training after this step, or epoch, and keep what was learned; or watch no more.

        A training that holds goes on for that.
        """
        from core.training.settings import Stop  # torch

        if self._job is not None and self.is_running:
            self._stop = Stop(after_epoch)
            self._job.resume()
            self._job.send(self._stop)
            self.state_changed.emit()
        elif self.is_watching:
            self._end_watching()
            self._keep_last()

    def pause(self) -> None:
        """Hold, or go on."""
        from core.training.trainer import Hold  # torch

        if self._job is not None and self.is_paused:
            self._job.resume()
        else:
            self._advance(Hold())
        self.state_changed.emit()

    def step(self) -> None:
        """Take one step, and hold."""
        from core.training.trainer import Single  # torch

        self._advance(Single())
        self.state_changed.emit()

    def change(self, params: TrainParams) -> None:
        """Let the training that is under way here go on with what may change meanwhile."""
        from core.training.settings import change_to  # torch

        if self.is_running and self._job is not None:
            self._job.send(change_to(params))

    def forecast(
        self,
        params: TrainParams,
        data: str,
        seed: int,
        *,
        on_done: Callable[[Forecast], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Measure what a training would take, by a probe of a few steps; asks where it can be."""
        snapshot = self._session.snapshot()
        if self._is_live or snapshot is None or snapshot.model.spec is None:
            on_error(UserError(BUSY if self._is_live else NO_NETWORK))
            return
        order = self._order(snapshot, data, params, seed)
        self._session.start(
            "Measuring what the training takes",
            lambda: self._trainer().forecast(order),
            lane="train",
            key="train",  # a training that is started meanwhile ends it
            on_done=on_done,
            on_error=on_error,
        )

    # Inside

    @property
    def _is_live(self) -> bool:
        return self._job is not None and self._job.is_live

    def _open(self, folder: Path, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Read something of a run, then go on with it."""
        if self.is_running:
            self.said.emit(BUSY, True)
            return
        self._session.start(
            f"Opening {folder.name}",
            work,
            lane="io",
            key="open run",
            on_done=done,
            on_error=self._tell_problem,
        )

    def _tell_problem(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.said.emit(str(error), True)

    def _on_run(self, folder: Path, run: Run) -> None:
        from workbench.saved_params import save_params  # the settings are those that it ended with

        snapshot, settings = run.state.snapshot, run.settings
        self._session.open_snapshot(snapshot)
        save_params(self._session, SETTINGS, run.state.params)
        self._launch(snapshot, settings.data, run.state.params, settings.seed, folder, resume=True)

    def _on_settings(self, folder: Path, settings: RunSettings) -> None:
        from core.training.follow import follow_run  # torch

        self._begin(settings.data, folder, is_watching=True)
        self._job = self._session.start(
            f"Watching {folder.name}",
            partial(follow_run, folder),
            lane="train",
            key="train",
            on_progress=self._on_watched,
            on_done=lambda _: self._on_watched_to_the_end(),
            on_error=self._on_error,
        )
        self.state_changed.emit()

    def _launch(
        self,
        snapshot: Snapshot,
        data: str,
        params: TrainParams,
        seed: int,
        folder: Path,
        resume: bool = False,
    ) -> None:
        self._begin(data, folder, is_watching=False)
        order = self._order(snapshot, data, params, seed, folder, resume)
        self._origin = self._session.document.snapshot
        self._job = self._session.start(
            f"Training {snapshot.model.name}",
            lambda: self._trainer().train(order),
            lane="train",
            key="train",
            on_progress=self._on_progress,
            on_done=self._on_done,
            on_error=self._on_error,
        )
        self.state_changed.emit()

    def _begin(self, data: str, folder: Path, is_watching: bool) -> None:
        if self.is_watching:
            self._end_watching()
        self._data, self._folder, self._is_watching = data, folder, is_watching
        self._session.tell_data(data)
        self._report, self._stop = None, None
        self.said.emit("", False)
        self._session.recall(None)
        self._session.tell_training(None)
        self.curves_due.emit("")

    def _order(
        self,
        snapshot: Snapshot,
        data: str,
        params: TrainParams,
        seed: int,
        folder: Path | None = None,
        resume: bool = False,
    ) -> Order:
        from core.training.trainer_frames import Order  # torch
        from workbench.engine import threads_of

        engine = self._session.engine
        assert engine is not None  # there is a network, so the engine has opened it
        return Order(
            snapshot=snapshot,
            data=data,
            params=params,
            seed=seed,
            device=self.device or engine.device,
            threads=threads_of("train"),
            watch=folder is not None,
            folder=folder,
            resume=resume,
        )

    def _trainer(self) -> Any:
        assert self._session.engine is not None  # as above
        return self._session.engine.trainer()

    def _advance(self, told: object) -> None:
        """Let the training that holds go on by one message, unless it ends already."""
        is_over = self._stop is not None and not self._stop.after_epoch
        if self._job is not None and self.is_running and not is_over:
            self._job.send(told)
            self._job.step()

    def _on_progress(self, news: Progress) -> None:
        if news.partial is None:
            return
        self._take_report(news.partial)
        if self.is_paused:
            self._show_all()
        elif monotonic() - self._shown >= SHOWN_SECONDS:
            self._shown = monotonic()
            self._show_next_part(news.partial)

    def _on_watched(self, news: Progress) -> None:
        if news.partial is None:
            return
        is_first = self._report is None
        self._take_report(news.partial)
        if is_first:
            self._session.open_snapshot(news.partial.snapshot)
            self._origin = self._session.document.snapshot
        self._show_all()

    def _take_report(self, report: TrainingReport) -> None:
        """The newest report; what it has to tell besides its numbers is said."""
        known = self._report.notes if self._report is not None else ()
        self._report = report
        if report.notes and report.notes != known:
            self.said.emit(report.notes[-1], False)

    def _show_next_part(self, report: TrainingReport) -> None:
        """The docks, or one of the curves with the figures."""
        turns = (WEIGHTS, STANDING, *report.curves.panels)
        self._turn = (self._turn + 1) % len(turns)
        turn = turns[self._turn]
        if turn == WEIGHTS:
            self._follow(report.snapshot)
        elif turn == STANDING:
            self._tell()
        else:
            self.curves_due.emit(turn)

    def _show_all(self) -> None:
        if self._report is not None:
            self.curves_due.emit("")
            self._tell()
            self._follow(self._report.snapshot)

    def _follow(self, snapshot: Snapshot) -> None:
        """Let the docks look at it, unless another network was opened meanwhile."""
        if self._is_looked_at:
            self._session.follow(snapshot)

    def _tell(self) -> None:
        """Let the docks that measure the training show how it stands."""
        if self._report is not None:
            self._session.tell_training(Training(self._report, self._data, self._folder))

    def _on_done(self, snapshot: Snapshot) -> None:
        last = self._job.latest.partial if self._job is not None else None
        self._report = last if last is not None else self._report
        folder, was_looked_at = self._folder, self._is_looked_at
        self._end(snapshot)
        accuracy = snapshot.metrics.get("test_accuracy")
        told = f", {accuracy:.1%} of the test pictures right" if accuracy is not None else ""
        where = f"Runs has it as {folder.name}." if folder is not None else ""
        then = "Undo goes back to before." if was_looked_at else where
        self.said.emit(f"Trained for {snapshot.step:,} steps{told}. {then}", False)

    def _on_watched_to_the_end(self) -> None:
        self._keep_last()
        if self._report is not None and self._folder is not None:
            done = self._report.step >= self._report.steps
            ended = "ended" if done else "is not being trained now; the Runs dock goes on with it"
            step = f"step {self._report.step:,} of {self._report.steps:,}"
            self.said.emit(f"{self._folder.name} {ended}: {step}.", False)

    def _end_watching(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _keep_last(self) -> None:
        """The last report's network stays, the last good one after an error."""
        self._end(self._report.snapshot if self._report is not None else None)

    def _end(self, snapshot: Snapshot | None) -> None:
        """Make what was learned the network that is open, as one step of undo."""
        recalled = self._session.now.recalled
        self._session.follow(None)
        if snapshot is not None:
            self._take_over(snapshot)
        self._session.recall(recalled)
        self._tell()
        self.curves_due.emit("")
        self.state_changed.emit()

    @property
    def _is_looked_at(self) -> bool:
        """Whether what is open is still the network with which the training began."""
        return self._session.document.snapshot == self._origin

    def _take_over(self, snapshot: Snapshot) -> None:
        """Open what was learned; a network that was opened meanwhile stays, the run has it."""
        if not self._is_looked_at:
            return
        model = self._session.model
        if model is not None and model.spec == snapshot.model.spec:
            self._session.edit(model=snapshot.model, snapshot=self._session.keep(snapshot))
        else:
            self._session.open_snapshot(snapshot)

    def _on_closing(self) -> None:
        """Let what is trained here end as if it were stopped: its run then keeps all of it."""
        if self.is_running and self._job is not None:
            self.stop()
            self._job.join(CLOSING_SECONDS)

    def _on_error(self, error: Exception) -> None:
        self._keep_last()
        self._tell_problem(error)
