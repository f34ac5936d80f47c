"""What joins branches value by value: a sum, a product."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Floats, listed, short


@dataclass(frozen=True, eq=False)
class Branches(Arithmetic):
    """One value of each branch, `values` [n], which come from `sources`."""

    values: Floats
    sources: tuple[str, ...] = ()

    #: What stands between the values, and what they make.
    sign: ClassVar[str]
    name: ClassVar[str]

    @property
    @abstractmethod
    def result(self) -> float:
        """What they make."""

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 + 0.25 = 0.75"."""
        return f"{listed(self.values, f' {self.sign} ', limit)} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What each branch gives, and what they make."""
        given = tuple(zip(self.sources, map(short, self.values.tolist()), strict=False))
        return (*given, (self.name, short(self.result)))


class Total(Branches):
    """Their sum."""

    sign, name = "+", "Sum"

    @property
    def result(self) -> float:
        """The sum."""
        return float(self.values.sum(dtype=np.float64))


class Product(Branches):
    """Their product."""

    sign, name = "×", "Product"

    @property
    def result(self) -> float:
        """The product."""
        return float(self.values.prod(dtype=np.float64))
