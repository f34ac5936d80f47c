"""A value divided by what its neighbours in other maps answer: local response normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Floats, Part, column, listed, short, told


@dataclass(frozen=True, eq=False)
class ResponseNorm(Arithmetic):
    """A value over (k + alpha Σ squares)^beta, of the values at its place in nearby maps.

    These are `neighbours` [n] from the map `first` on; the value itself is at `place` of them.
    Source: Krizhevsky, Sutskever & Hinton 2012, section 3.3.
    """

    neighbours: Floats
    place: int
    first: int
    k: float
    alpha: float
    beta: float

    @property
    def sum_of_squares(self) -> float:
        """Σ neighbour²."""
        return float((self.neighbours.astype(np.float64) ** 2).sum())

    @property
    def divisor(self) -> float:
        """(k + alpha Σ neighbour²)^beta."""
        return float((self.k + self.alpha * self.sum_of_squares) ** self.beta)

    @property
    def result(self) -> float:
        """The value over the divisor."""
        return float(self.neighbours[self.place]) / self.divisor

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 / (2 + 0.0001 × (0.25 + 1))^0.75 = 0.297"."""
        squares = listed(self.neighbours**2, " + ", limit)
        base = f"({short(self.k)} + {short(self.alpha)} × ({squares}))"
        value = short(self.neighbours[self.place])
        return f"{value} / {base}^{short(self.beta)} = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The values of the neighbouring maps, and their squares."""
        last = self.first + self.neighbours.size - 1
        caption = f"Maps {self.first} to {last}" if last > self.first else f"Map {last}"
        return (
            Part(caption, column(self.neighbours), chosen=self.place),
            Part("Squares", column(self.neighbours**2), chosen=self.place),
        )

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """All numbers of the formula, in the order in which they are needed."""
        numbers = {
            "Value": float(self.neighbours[self.place]),
            "Sum of squares": self.sum_of_squares,
            "Alpha": self.alpha,
            "k": self.k,
            "Beta": self.beta,
            "Divisor": self.divisor,
            "Result": self.result,
        }
        return told(numbers)
