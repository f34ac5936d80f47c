"""A sum of branches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Floats, listed, short


@dataclass(frozen=True, eq=False)
class Total(Arithmetic):
    """The sum of one value of each branch, `terms` [n], which come from `sources`."""

    terms: Floats
    sources: tuple[str, ...] = ()

    @property
    def result(self) -> float:
        """The sum."""
        return float(self.terms.sum(dtype=np.float64))

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 + 0.25 = 0.75"."""
        return f"{listed(self.terms, ' + ', limit)} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What each branch gives, and the sum."""
        terms = tuple(zip(self.sources, map(short, self.terms.tolist()), strict=False))
        return (*terms, ("Sum", short(self.result)))
