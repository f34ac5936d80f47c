"""How one value of a layer comes about, with every number, as a person would write it down.

Windows are [C, h, w] of float32, `inside` [h, w] is False where a window hangs over the edge.
`result` is worked out in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: Most terms of a sum that are written out.
LIMIT = 9


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """Σ window × kernel + bias: a convolution, or with a window [n, 1, 1] a dense layer.

    The window is 0 where it hangs over the edge, unless the padding repeats or mirrors the maps.
    """

    window: Floats
    kernel: Floats
    inside: Bools
    bias: float | None = None

    @property
    def products(self) -> Floats:
        """Value times weight, [C, h, w]."""
        return self.window * self.kernel

    @property
    def channel_sums(self) -> Floats:
        """The sum of each channel's products, [C]."""
        sums: Floats = self.products.sum((1, 2), dtype=np.float64).astype(np.float32)
        return sums

    @property
    def result(self) -> float:
        """The sum of all products and the bias."""
        exact = self.window.astype(np.float64) * self.kernel
        return float(exact.sum()) + (self.bias or 0.0)

    def formula(self, limit: int = LIMIT) -> str:
        """As in "1×1 + 0×1 + … = 4": all terms in order, or of too many the largest."""
        values, weights = self.window.ravel(), self.kernel.ravel()
        order = np.arange(values.size)
        if values.size > limit:
            order = np.argsort(-np.abs(values * weights), kind="stable")[:limit]
        terms = [f"{short(values[k])}×{short(weights[k])}" for k in order]
        terms += ["…"] if values.size > limit else []
        terms += [] if self.bias is None else [short(self.bias)]
        return f"{' + '.join(terms)} = {short(self.result)}"


@dataclass(frozen=True, eq=False)
class Largest:
    """The largest value of a window [1, h, w]; what hangs over the edge never is."""

    window: Floats
    inside: Bools

    @property
    def at(self) -> tuple[int, int]:
        """Row and column, in the window, of the value that is kept; the first of equal ones."""
        candidates = np.where(self.inside, self.window[0], -np.inf)
        row, column = np.unravel_index(candidates.argmax(), candidates.shape)
        return int(row), int(column)

    @property
    def result(self) -> float:
        """The value that is kept."""
        return float(self.window[0][self.at])

    def formula(self, limit: int = LIMIT) -> str:
        """As in "max(0.1, 1, 0.2) = 1"."""
        return f"max({_listed(self.window[0][self.inside], ', ', limit)}) = {short(self.result)}"


@dataclass(frozen=True, eq=False)
class Mean:
    """The sum of a window [1, h, w] over `divisor`, which may count the padding."""

    window: Floats
    inside: Bools
    divisor: float

    @property
    def result(self) -> float:
        """The mean."""
        return float(self.window.sum(dtype=np.float64)) / self.divisor

    def formula(self, limit: int = LIMIT) -> str:
        """As in "(1 + 2 + 3 + 4) / 4 = 2.5"."""
        terms = _listed(self.window[0][self.inside], " + ", limit)
        return f"({terms}) / {short(self.divisor)} = {short(self.result)}"


@dataclass(frozen=True, eq=False)
class Total:
    """The sum of one value of each branch, `terms` [n]."""

    terms: Floats

    @property
    def result(self) -> float:
        """The sum."""
        return float(self.terms.sum(dtype=np.float64))

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 + 0.25 = 0.75"."""
        return f"{_listed(self.terms, ' + ', limit)} = {short(self.result)}"


@dataclass(frozen=True)
class Normalisation:
    """A value less its mean, over its deviation, brought to a learned scale and shift."""

    given: float
    mean: float
    variance: float
    epsilon: float
    scale: float
    shift: float

    @property
    def result(self) -> float:
        """(given - mean) / sqrt(variance + epsilon) * scale + shift."""
        deviation = sqrt(self.variance + self.epsilon)
        return (self.given - self.mean) / deviation * self.scale + self.shift

    def formula(self, limit: int = LIMIT) -> str:
        """As in "(0.5 − 0.1) / √(0.04 + 1e−05) × 1.2 + 0.3 = 2.7"."""
        top = f"({short(self.given)} − {short(self.mean)})"
        root = f"√({short(self.variance)} + {short(self.epsilon)})"
        learned = f"{short(self.scale)} + {short(self.shift)}"
        return f"{top} / {root} × {learned} = {short(self.result)}"


@dataclass(frozen=True)
class Share:
    """The exponential of a value over the sum of those of all values: softmax.

    `largest` of the values is taken from each first, which changes nothing but the size of the
    numbers; `total` is the sum.
    """

    given: float
    largest: float
    total: float

    @property
    def result(self) -> float:
        """exp(given - largest) / total."""
        return exp(self.given - self.largest) / self.total

    def formula(self, limit: int = LIMIT) -> str:
        """As in "exp(2 − 3) / 1.4 = 0.263"."""
        power = f"exp({short(self.given)} − {short(self.largest)})"
        return f"{power} / {short(self.total)} = {short(self.result)}"


@dataclass(frozen=True)
class Function:
    """One value made of one: a non-linearity, or a layer that only passes values on."""

    function: str
    given: float
    result: float

    def formula(self, limit: int = LIMIT) -> str:
        """As in "ReLU(−0.3) = 0"."""
        return f"{self.function}({short(self.given)}) = {short(self.result)}"


Arithmetic = WeightedSum | Largest | Mean | Total | Normalisation | Share | Function


def short(value: float) -> str:
    """A number in three significant digits, with a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


def _listed(values: Floats, between: str, limit: int) -> str:
    """The first `limit` values; an ellipsis stands for the others."""
    parts = [short(value) for value in values[:limit]] + ["…"] * (len(values) > limit)
    return between.join(parts)
