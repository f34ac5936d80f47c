"""A value brought to mean 0 and variance 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from core.arithmetic import LIMIT, Arithmetic, less, short, told


@dataclass(frozen=True)
class Normalisation(Arithmetic):
    """A value less its mean, over its deviation, brought to a learned scale and shift.

    `over` says in words what the mean and the variance are those of.
    """

    given: float
    mean: float
    variance: float
    epsilon: float
    scale: float
    shift: float
    over: str = ""

    @property
    def normalised(self) -> float:
        """(given - mean) / sqrt(variance + epsilon)."""
        return (self.given - self.mean) / sqrt(self.variance + self.epsilon)

    @property
    def result(self) -> float:
        """(given - mean) / sqrt(variance + epsilon) * scale + shift."""
        return self.normalised * self.scale + self.shift

    def formula(self, limit: int = LIMIT) -> str:
        """As in "(0.5 − 0.1) / √(0.04 + 1e−05) × 1.2 + 0.3 = 2.7"."""
        top = f"({short(self.given)} {less(self.mean)})"
        root = f"√({short(self.variance)} + {short(self.epsilon)})"
        learned = f"{short(self.scale)} + {short(self.shift)}"
        return f"{top} / {root} × {learned} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """All numbers of the formula, in the order in which they are needed."""
        numbers = {
            "Value given": self.given,
            "Mean": self.mean,
            "Variance": self.variance,
            "Epsilon": self.epsilon,
            "Normalised": self.normalised,
            "Scale": self.scale,
            "Shift": self.shift,
            "Result": self.result,
        }
        over = (("Mean over", self.over),) if self.over else ()
        return (*told(numbers), *over)
