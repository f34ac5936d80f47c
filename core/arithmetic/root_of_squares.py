"""The root of a sum of squares: L2 pooling, complex cells."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Part, short


@dataclass(frozen=True, eq=False)
class RootOfSquares(Arithmetic):
    """√(Σ value² + floor) of a window [n, h, w]; `floor` keeps its gradient defined at 0.

    `sources`, where there are any, say what each of the values is.
    """

    window: Floats
    inside: Bools
    floor: float = 0.0
    sources: tuple[str, ...] = ()

    @property
    def sum_of_squares(self) -> float:
        """Σ value²."""
        return float((self.window.astype(np.float64) ** 2).sum())

    @property
    def result(self) -> float:
        """The root."""
        return sqrt(self.sum_of_squares + self.floor)

    def formula(self, limit: int = LIMIT) -> str:
        """As in "√(3² + (−4)²) = 5"."""
        seen = self.window[np.broadcast_to(self.inside, self.window.shape)]
        terms = [_squared(value) for value in seen[:limit]] + ["…"] * (seen.size > limit)
        return f"√({' + '.join(terms)}) = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The values and their squares."""
        caption = "Values" if self.sources else "Window"
        return (
            Part(caption, self.window, self.inside),
            Part("Squares", self.window**2, self.inside),
        )

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The values where they have names, the sum of the squares, its root."""
        values = zip(self.sources, map(short, self.window.ravel().tolist()), strict=False)
        return (
            *values,
            ("Sum of squares", short(self.sum_of_squares)),
            ("Root", short(self.result)),
        )


def _squared(value: float) -> str:
    return f"({short(value)})²" if value < 0 else f"{short(value)}²"
