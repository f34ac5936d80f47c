"""A mean: average pooling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Part, listed, short


@dataclass(frozen=True, eq=False)
class Mean(Arithmetic):
    """The sum of a window [n, h, w] over `divisor`, which may count the padding.

    `slices` name the n matrices.
    """

    window: Floats
    inside: Bools
    divisor: float
    slices: tuple[str, ...] = ()

    @property
    def sum(self) -> float:
        """The sum of the window."""
        return float(self.window.sum(dtype=np.float64))

    @property
    def result(self) -> float:
        """The mean."""
        return self.sum / self.divisor

    def formula(self, limit: int = LIMIT) -> str:
        """As in "(1 + 2 + 3 + 4) / 4 = 2.5"."""
        seen = self.window[np.broadcast_to(self.inside, self.window.shape)]
        terms = listed(seen, " + ", limit)
        return f"({terms}) / {self.divisor:g} = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The window."""
        return (Part("Window", self.window, self.inside),)

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of the matrices."""
        return self.slices

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The sum, what it is divided by, the mean."""
        divisor = f"{self.divisor:g}"
        return ("Sum", short(self.sum)), ("Divided by", divisor), ("Mean", short(self.result))
