"""Watch a run that another process trains, here or on another machine, from its folder alone."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

from core.jobs import Progress
from core.network.run_files import CHECKPOINT
from core.network.snapshot import Model
from core.training.checkpoint import read_checkpoint
from core.training.lock import is_trained
from core.training.metrics import METRICS, read_metrics
from core.training.observed import read_observed
from core.training.runs import run_model
from core.training.train import TrainingReport

#: How long it rests between two looks at the folder, in s.
REST = 0.1


def follow_run(folder: Path) -> Generator[Progress, None, None]:
    """The reports of a run, as its checkpoints come, until nobody trains it any more.

    The first tells how it is now.  Yields every `REST` s; without a report where nothing is new.
    Raises UserError if the folder holds no run, or it is damaged.
    """
    model = run_model(folder)
    seen, news = 0, Progress(0, 0)
    while True:
        goes_on = is_trained(folder)  # asked first: what it wrote last is then seen
        newest = _written(folder)
        if newest != seen:
            seen, report = newest, _report(folder, model)
            yield Progress(report.step, report.steps, report)
            news = Progress(report.step, report.steps)
        elif goes_on:
            yield news
        if not goes_on:
            return
        time.sleep(REST)


def _written(folder: Path) -> int:
    """When its last checkpoint was complete, in ns; the curves are written after it."""
    path = folder / METRICS
    return (path if path.exists() else folder / CHECKPOINT).stat().st_mtime_ns


def _report(folder: Path, model: Model) -> TrainingReport:
    """What the trainer reported with the last checkpoint; its state stays there."""
    state, numbers = read_checkpoint(folder, model)
    step = state.snapshot.step
    return TrainingReport(
        curves=read_metrics(folder),
        snapshot=state.snapshot,
        epoch=int(numbers.get("epoch", 1)),
        epochs=int(numbers.get("epochs", 1)),
        step=step,
        steps=int(numbers.get("steps", step)),
        steps_per_second=numbers.get("steps_per_second", 0.0),
        seconds_left=numbers.get("seconds_left", 0.0),
        notes=state.notes,
        observation=read_observed(folder),
    )
