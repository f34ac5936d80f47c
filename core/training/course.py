"""The course of a training: the moments that can be looked at, and how it stood at each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.network.moments import run_steps
from core.network.run_files import CHECKPOINT
from core.network.weights import read_metadata
from core.results import Curves, Series
from core.training.metrics import read_metrics
from core.training.train import TrainingReport

_NONE = Series(np.zeros(0, np.float32), np.zeros(0, np.float32))


@dataclass(frozen=True)
class Standing:
    """How a training stood after a step; None is what had not been measured.

    The loss and `train_accuracy` are means of the last steps; accuracies are shares of 0..1.
    """

    step: int
    epoch: int
    loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A training as far as it is: the `steps` that are kept, in order, and its curves.

    It is to end at the step `end`, after so many `epochs`.
    """

    steps: tuple[int, ...]
    curves: Curves
    end: int
    epochs: int

    @property
    def loss(self) -> Series:
        """The loss over the steps."""
        return self._line("Loss", "loss")

    @property
    def test_accuracy(self) -> Series:
        """The test accuracy in per cent, at the steps after which it was measured."""
        return self._line("Accuracy, %", "test")

    def standing(self, step: int) -> Standing:
        """How it stood after a step, with what was measured last."""
        train, test = (
            _last(line, step)
            for line in (self._line("Accuracy, %", "training"), self.test_accuracy)
        )
        return Standing(
            step,
            max(1, ceil(step * self.epochs / max(1, self.end))),
            _last(self.loss, step),
            None if train is None else train / 100,
            None if test is None else test / 100,
        )

    def _line(self, panel: str, name: str) -> Series:
        return self.curves.panels.get(panel, {}).get(name, _NONE)


def course_of(report: TrainingReport, steps: tuple[int, ...]) -> Course:
    """The course of the training that a report tells of, which has kept these steps."""
    return Course(steps, report.curves, report.steps, report.epochs)


def read_course(folder: Path) -> Course:
    """The course of a run, as its last checkpoint has it.

    Raises UserError if the folder holds no run, or it is damaged.
    """
    steps = run_steps(folder)
    try:
        # those before numbers were kept have none
        numbers = json.loads(read_metadata(folder / CHECKPOINT).get("numbers", "{}"))
    except ValueError as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"The checkpoint of {folder} is damaged ({error}); train anew.") from error
    end, epochs = int(numbers.get("steps", steps[-1])), int(numbers.get("epochs", 1))
    return Course(steps, read_metrics(folder), end, epochs)


def _last(line: Series, step: int) -> float | None:
    """The last value up to a step; None before the first."""
    place = int(np.searchsorted(line.x, step, side="right")) - 1
    return float(line.y[place]) if place >= 0 else None
