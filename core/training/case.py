"""What a doctor knows of a training: network, settings, what was measured, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, nan
from typing import Literal

import numpy as np

from core.network.layer_table import LayerRow, layer_table
from core.network.spec import ModelSpec
from core.results import Curves, Floats
from core.training.observation import Observation
from core.training.settings import TrainParams

#: Watched steps over which a number is judged: one step alone may be an accident.
RECENT = 5
#: Steps at the beginning of which the loss is the mean.
FIRST = 10

#: The panels of curves that are read.
LOSS, ACCURACY = "Loss", "Accuracy, %"

#: Numbers of a layer with weights that a history holds.
Measure = Literal["gradient_norm", "weight_norm", "update_ratio"]


@dataclass(frozen=True, eq=False)
class Case:
    """A training as it stands; `observation` and `curves` are None before the first step."""

    spec: ModelSpec
    params: TrainParams
    classes: tuple[str, ...] = ()
    observation: Observation | None = None
    curves: Curves | None = None

    @property
    def table(self) -> tuple[LayerRow, ...]:
        """The layers with their shapes."""
        return layer_table(self.spec)

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        found = self.curve(LOSS, "loss raw", along="x")
        return int(found[-1]) if found.size else 0

    @property
    def first_loss(self) -> float:
        """The mean loss of the first steps."""
        return float(self.curve(LOSS, "loss raw")[:FIRST].mean())

    @property
    def loss(self) -> float:
        """The mean loss of the last steps."""
        return float(self.curve(LOSS, "loss")[-1])

    @property
    def guessing_loss(self) -> float:
        """The cross entropy of one who knows nothing: the logarithm of the number of classes.

        No number where another loss is made small: no comparison with it holds then.
        """
        return log(max(2, len(self.classes))) if self.params.loss == "cross_entropy" else nan

    @property
    def chance(self) -> float:
        """The accuracy of one who knows nothing, in per cent."""
        return 100 / max(2, len(self.classes))

    def curve(self, panel: str, name: str, *, along: Literal["x", "y"] = "y") -> Floats:
        """The values of a curve, or the steps that they belong to; empty if there is none."""
        found = self.curves.panels.get(panel, {}).get(name) if self.curves is not None else None
        return np.zeros(0, np.float32) if found is None else np.asarray(getattr(found, along))

    def training_accuracy_at(self, step: float) -> float:
        """The training accuracy around a step, in per cent."""
        steps = self.curve(ACCURACY, "training", along="x")
        return float(np.interp(step, steps, self.curve(ACCURACY, "training")))

    def layers(self) -> tuple[str, ...]:
        """The layers with weights, in order."""
        return tuple(row.layer for row in self.observation.weights) if self.observation else ()

    def recent(self, measure: Measure) -> Floats:
        """The median of a number over the last watched steps, for each layer with weights."""
        if self.observation is None or not self.observation.weights:
            return np.zeros(0, np.float32)
        values: Floats = getattr(self.observation.history, measure)[-RECENT:]
        return np.asarray(np.median(values, 0))

    def typical_ratio(self) -> float:
        """The update-to-weight ratio of the layer in the middle; 0 before the first step."""
        ratios = self.recent("update_ratio")
        return float(np.median(ratios)) if ratios.size else 0.0
