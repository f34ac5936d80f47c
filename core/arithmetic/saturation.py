"""A weighted average that saturates at 1: a C cell of the Neocognitron."""

from __future__ import annotations

from dataclasses import dataclass

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Inner, short, told
from core.arithmetic.weighted_sum import WeightedSum


@dataclass(frozen=True, eq=False)
class Saturation(Arithmetic):
    """x / (alpha + x) of the positive part x of a window's average: a C cell.

    The window is [1, h, w], its weights are `pool` [h, w].  With lateral inhibition `level` is
    the positive part of the mean of all maps' averages there, and x first becomes
    (1 + x) / (1 + level) - 1.  Source: Fukushima 1980, Biol. Cybernetics 36, 193.
    """

    window: Floats
    pool: Floats
    inside: Bools
    alpha: float
    level: float | None = None

    @property
    def average(self) -> WeightedSum:
        """The weighted average of the window."""
        captions = ("Window", "Gaussian weights")
        return WeightedSum(self.window, self.pool[None], self.inside, None, (), captions)

    @property
    def inhibited(self) -> float:
        """The average, after the other maps have held it down."""
        average = self.average.result
        return average if self.level is None else (1 + average) / (1 + self.level) - 1

    @property
    def positive(self) -> float:
        """The positive part of that."""
        return max(0.0, self.inhibited)

    @property
    def result(self) -> float:
        """From 0 to 1."""
        return self.positive / (self.alpha + self.positive)

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.3 / (0.5 + 0.3) = 0.375"."""
        positive = short(self.positive)
        return f"{positive} / ({short(self.alpha)} + {positive}) = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """All numbers of the formula, in the order in which they are needed."""
        numbers = {"Average": self.average.result}
        if self.level is not None:
            numbers |= {"Mean of all maps": self.level, "Inhibited": self.inhibited}
        numbers |= {"Positive part": self.positive, "Saturation": self.alpha}
        numbers |= {"Result": self.result}
        return told(numbers)

    @property
    def inner(self) -> tuple[Inner, ...]:
        """How the average comes about."""
        return (Inner("Average", self.average),)
