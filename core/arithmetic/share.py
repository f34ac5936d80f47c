"""A share of a sum of exponentials: softmax."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arithmetic import LIMIT, Arithmetic, Floats, Part, column, less, short


@dataclass(frozen=True, eq=False)
class Share(Arithmetic):
    """The exponential of one of `values` [n] over the sum of those of all: softmax.

    The largest is taken from each first, which changes nothing but the size of the numbers.
    """

    values: Floats
    place: int

    @property
    def largest(self) -> float:
        """The largest of the values."""
        return float(self.values.max())

    @property
    def exponentials(self) -> NDArray[np.float64]:
        """exp(value - largest) of all values, [n]."""
        powers: NDArray[np.float64] = np.exp(self.values.astype(np.float64) - self.largest)
        return powers

    @property
    def total(self) -> float:
        """The sum of the exponentials."""
        return float(self.exponentials.sum())

    @property
    def result(self) -> float:
        """The share of the value at `place`."""
        return float(self.exponentials[self.place]) / self.total

    def formula(self, limit: int = LIMIT) -> str:
        """As in "exp(2 − 3) / 1.4 = 0.263"."""
        power = f"exp({short(self.values[self.place])} {less(self.largest)})"
        return f"{power} / {short(self.total)} = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The values, their exponentials, the shares."""
        powers = self.exponentials
        return (
            Part("Values", column(self.values), chosen=self.place),
            Part("Exponentials", column(powers), chosen=self.place),
            Part("Shares", column(powers / self.total), chosen=self.place),
        )

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The value, the largest, the exponential, the sum of all, the share."""
        return (
            ("Value", short(self.values[self.place])),
            ("Largest value", short(self.largest)),
            ("Exponential", short(self.exponentials[self.place])),
            ("Sum of all", short(self.total)),
            ("Share", short(self.result)),
        )
