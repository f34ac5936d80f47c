"""What is kept of a training while it runs: checkpoints, curves, snapshots, a catalogue's row."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import UserError
from core.jobs import Progress
from core.network.moments import last_step, read_last
from core.network.run_files import CHECKPOINT, SNAPSHOTS
from core.network.snapshot import Model, Snapshot
from core.paths import written_whole
from core.training.catalogue import Catalogue, Entry, State
from core.training.checkpoint import numbers_of, write_checkpoint
from core.training.metrics import METRICS, metrics_table
from core.training.observation import Observation
from core.training.observed import write_observed
from core.training.settings import Control
from core.training.timeline import Timeline
from core.training.train import TrainingReport

log = logging.getLogger(__name__)

#: What `train` gives, and `recorded` hands on.
Training = Generator[Progress, Control | None, Snapshot]


def recorded(
    folder: Path, training: Training, model: Model, entry: Entry, catalogue: Catalogue
) -> Training:
    """`training` itself, kept in the run's folder; `entry` is what the catalogue tells of it.

    Raises UserError if something cannot be written: the run then holds the last checkpoint.
    """
    ended: State = "failed"
    problem = ""
    with closing(training), closing(_Keeper(folder, model)) as keeper:
        row = _Row(catalogue, entry)
        try:
            progress = next(training)
            while True:
                report = progress.partial
                if isinstance(report, TrainingReport):
                    keeper.keep(report)
                    row.note(report)
                progress = training.send((yield progress))
        except StopIteration as stop:
            ended = "done" if progress.done >= progress.total else "stopped"
            result: Snapshot = stop.value
            return result
        except (GeneratorExit, KeyboardInterrupt):
            ended = "stopped"
            raise
        except UserError as error:
            problem = str(error)
            raise
        finally:
            row.end(ended, problem)


class _Keeper:
    """The files of a run, as reports come."""

    def __init__(self, folder: Path, model: Model) -> None:
        for left in (*folder.glob(f".{CHECKPOINT}.*"), *folder.glob(f"{SNAPSHOTS}/.*")):
            left.unlink()  # by a program that was killed
        self._folder = folder
        self._timeline = Timeline(model, folder / SNAPSHOTS)
        self._saved = last_step(folder)
        self._timeline.forget_after(self._saved)
        if not self._timeline.steps:
            self._timeline.add(read_last(folder, model))

    def keep(self, report: TrainingReport) -> None:
        """Write what a report brings.  Raises UserError, naming what it holds, if it cannot."""
        try:
            if report.state is not None:
                write_checkpoint(self._folder, report.state, numbers_of(report))
                self._saved = report.step
                if isinstance(report.observation, Observation):
                    write_observed(self._folder, report.observation)
                with written_whole(self._folder / METRICS) as file:
                    file.write(metrics_table(report.curves))
            self._timeline.add(report.snapshot)
        except UserError as error:
            cause = error.__cause__
            reason = cause.strerror if isinstance(cause, OSError) else error
            raise UserError(
                f"Step {report.step} could not be written to the run {self._folder} ({reason}); "
                f"it holds step {self._saved}, from which it can go on once there is space."
            ) from error

    def close(self) -> None:
        """Let go of what is in memory."""
        self._timeline.close()


class _Row:
    """A run's row in the catalogue; training goes on where that cannot be written."""

    def __init__(self, catalogue: Catalogue, entry: Entry) -> None:
        self._catalogue = catalogue
        self._number: int | None = None
        with _only_warned():
            self._number = catalogue.add(entry)

    def note(self, report: TrainingReport) -> None:
        """How far it is, with each checkpoint."""
        if self._number is not None and report.state is not None:
            with _only_warned():
                self._catalogue.update(
                    self._number, report.step, report.snapshot.metrics, report.notes
                )

    def end(self, state: State, problem: str) -> None:
        """How it ended."""
        if self._number is not None:
            with _only_warned():
                self._catalogue.end(self._number, state, problem)


@contextmanager
def _only_warned() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        log.warning("%s", error)
