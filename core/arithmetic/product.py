"""A product of branches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Floats, listed, short


@dataclass(frozen=True, eq=False)
class Product(Arithmetic):
    """The product of one value of each branch, `factors` [n], which come from `sources`."""

    factors: Floats
    sources: tuple[str, ...] = ()

    @property
    def result(self) -> float:
        """The product."""
        return float(self.factors.prod(dtype=np.float64))

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 × 0.25 = 0.125"."""
        return f"{listed(self.factors, ' × ', limit)} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What each branch gives, and the product."""
        factors = tuple(zip(self.sources, map(short, self.factors.tolist()), strict=False))
        return (*factors, ("Product", short(self.result)))
