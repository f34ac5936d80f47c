"""Excitation held down by an inhibiting cell: an S cell of the Neocognitron."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Inner, short, told
from core.arithmetic.weighted_sum import WeightedSum


@dataclass(frozen=True, eq=False)
class Inhibition(Arithmetic):
    """r max(0, (1 + e) / (1 + r / (1 + r) b v) - 1): an S cell of selectivity r.

    The excitation e is Σ window × kernel, the inhibiting cell v the root of the mean square of
    the window, weighted by `pool` [h, w]; `b` is its strength.  The window is [n, h, w], and
    `slices` name its maps.  Source: Fukushima 1980, Biol. Cybernetics 36, 193.
    """

    window: Floats
    kernel: Floats
    pool: Floats
    inside: Bools
    b: float
    selectivity: float
    floor: float
    slices: tuple[str, ...] = ()

    @property
    def excitation(self) -> WeightedSum:
        """Σ window × kernel."""
        return WeightedSum(self.window, self.kernel, self.inside, None, self.slices)

    @property
    def energy(self) -> WeightedSum:
        """v²: the weighted mean of the squares, those of all maps added up."""
        squares = (self.window.astype(np.float64) ** 2).sum(0).astype(np.float32)
        captions = ("Squares of all maps", "Gaussian weights")
        return WeightedSum(squares[None], self.pool[None], self.inside, None, (), captions)

    @property
    def inhibiting(self) -> float:
        """What the inhibiting cell answers, v."""
        return sqrt(self.energy.result + self.floor)

    @property
    def share(self) -> float:
        """R / (1 + r)."""
        return self.selectivity / (1 + self.selectivity)

    @property
    def result(self) -> float:
        """What the cell answers; never below 0."""
        held_down = 1 + self.share * self.b * self.inhibiting
        return self.selectivity * max(0.0, (1 + self.excitation.result) / held_down - 1)

    def formula(self, limit: int = LIMIT) -> str:
        """As in "1 × max(0, (1 + 0.8) / (1 + 0.5 × 1.2 × 0.6) − 1) = 0.324"."""
        excited = f"(1 + {short(self.excitation.result)})"
        factors = " × ".join(map(short, (self.share, self.b, self.inhibiting)))
        surplus = f"max(0, {excited} / (1 + {factors}) − 1)"
        return f"{short(self.selectivity)} × {surplus} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """All numbers of the formula, in the order in which they are needed."""
        numbers = {
            "Excitation e": self.excitation.result,
            "Inhibiting cell v": self.inhibiting,
            "Its strength b": self.b,
            "Selectivity r": self.selectivity,
            "r / (1 + r)": self.share,
            "Result": self.result,
        }
        return told(numbers)

    @property
    def inner(self) -> tuple[Inner, ...]:
        """The excitation, and the inhibiting cell."""
        return Inner("Excitation e", self.excitation), Inner("v², the mean square", self.energy)
