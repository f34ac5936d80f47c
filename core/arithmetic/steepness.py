"""How steep an edge is: the root of the squares of two slopes."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.arithmetic import Bools, Floats, Inner
from core.arithmetic.last_step import WithLastStep
from core.arithmetic.root_of_squares import RootOfSquares
from core.arithmetic.weighted_sum import WeightedSum


@dataclass(frozen=True, eq=False)
class Steepness(WithLastStep):
    """√(x² + y² + floor) of the sums x and y that two kernels [2, h, w] give of one window.

    The window is [1, h, w].
    """

    window: Floats
    kernel: Floats
    inside: Bools
    floor: float

    @property
    def slopes(self) -> tuple[WeightedSum, WeightedSum]:
        """How steeply it grows to the right, and downwards."""
        across, down = (
            WeightedSum(self.window, kernel[None], self.inside) for kernel in self.kernel
        )
        return across, down

    @property
    def result(self) -> float:
        """The root of the slopes' squares."""
        return sqrt(sum(slope.result**2 for slope in self.slopes) + self.floor)

    @property
    def last_step(self) -> RootOfSquares:
        """The root of the two slopes, as a step of its own."""
        values = np.array([[[slope.result for slope in self.slopes]]], np.float32)
        return RootOfSquares(values, np.ones((1, 1), bool), self.floor, ("Along x", "Along y"))

    @property
    def pages(self) -> tuple[str, ...]:
        """The one page of the root."""
        return ("Root of both",)

    @property
    def inner(self) -> tuple[Inner, ...]:
        """How the two slopes come about."""
        across, down = self.slopes
        return Inner("Slope along x", across, 0), Inner("Slope along y", down, 1)
