"""Trains the open network, goes on with runs, and watches those that other processes train."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.jobs import Job, Progress
from workbench.training_news import TrainingNews

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
#: How long a window that is closed waits for its training to write its last checkpoint, in s.
CLOSING_SECONDS = 5.0

BUSY = "A network is being trained here; stop it first."
NOT_OURS = "This network was not described here, so it cannot be trained."
NO_NETWORK = "Open a network first, then train it."


class Coach(QObject):
    """One training at a time, here or elsewhere; its `news` reach the docks by the session.

    Every training is recorded as a run.  GUI thread only.
    """

    #: It began, paused, went on or ended.
    state_changed = Signal()
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
        self.news = TrainingNews(session, self)
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
        self.news.look_on()
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
        self._is_watching, self._stop = is_watching, None
        self.said.emit("", False)
        self.news.begin(data, folder)

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

    def _on_progress(self, progress: Progress) -> None:
        if progress.partial is None:
            return
        self._take(progress.partial)
        if self.is_paused:
            self.news.show_all()
        else:
            self.news.show_next_part()

    def _on_watched(self, progress: Progress) -> None:
        if progress.partial is None:
            return
        is_first = self.news.report is None
        self._take(progress.partial)
        if is_first:
            self._session.open_snapshot(progress.partial.snapshot)
            self.news.look_on()
        self.news.show_all()

    def _take(self, report: TrainingReport) -> None:
        note = self.news.take(report)
        if note:
            self.said.emit(note, False)

    def _on_done(self, snapshot: Snapshot) -> None:
        last = self._job.latest.partial if self._job is not None else None
        if last is not None:
            self.news.take(last)
        folder, was_looked_at = self.news.folder, self.news.is_looked_at
        self._end(snapshot)
        accuracy = snapshot.metrics.get("test_accuracy")
        told = f", {accuracy:.1%} of the test pictures right" if accuracy is not None else ""
        where = f"Runs has it as {folder.name}." if folder is not None else ""
        then = "Undo goes back to before." if was_looked_at else where
        self.said.emit(f"Trained for {snapshot.step:,} steps{told}. {then}", False)

    def _on_watched_to_the_end(self) -> None:
        self._keep_last()
        report, folder = self.news.report, self.news.folder
        if report is not None and folder is not None:
            done = report.step >= report.steps
            ended = "ended" if done else "is not being trained now; the Runs dock goes on with it"
            step = f"step {report.step:,} of {report.steps:,}"
            self.said.emit(f"{folder.name} {ended}: {step}.", False)

    def _end_watching(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _keep_last(self) -> None:
        """The last report's network stays, the last good one after an error."""
        report = self.news.report
        self._end(report.snapshot if report is not None else None)

    def _end(self, snapshot: Snapshot | None) -> None:
        self.news.end(snapshot)
        self.state_changed.emit()

    def _on_closing(self) -> None:
        """Let what is trained here end as if it were stopped: its run then keeps all of it."""
        if self.is_running and self._job is not None:
            self.stop()
            self._job.join(CLOSING_SECONDS)

    def _on_error(self, error: Exception) -> None:
        self._keep_last()
        self._tell_problem(error)
