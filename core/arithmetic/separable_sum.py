"""A weighted sum of weighted sums: a depthwise separable convolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arithmetic import Bools, Floats, Inner, column, short
from core.arithmetic.last_step import WithLastStep
from core.arithmetic.weighted_sum import WeightedSum


@dataclass(frozen=True, eq=False)
class SeparableSum(WithLastStep):
    """Σ weight × (Σ window × kernel) + bias: one window and kernel [n, h, w] for each weight [n].

    `slices` name the maps that the windows are cut from.
    """

    window: Floats
    kernel: Floats
    inside: Bools
    weights: Floats
    bias: float | None = None
    slices: tuple[str, ...] = ()

    @property
    def depthwise(self) -> NDArray[np.float64]:
        """The sum of the products of each window, [n]."""
        sums: NDArray[np.float64] = (self.window.astype(np.float64) * self.kernel).sum((1, 2))
        return sums

    @property
    def result(self) -> float:
        """The pointwise sum and the bias."""
        return float(self.depthwise @ self.weights) + (self.bias or 0.0)

    @property
    def last_step(self) -> WeightedSum:
        """The sum over the depthwise values."""
        captions = ("Depthwise values", "Pointwise weights")
        inside, values = np.ones((1, 1), bool), column(self.depthwise)
        return WeightedSum(values, column(self.weights), inside, self.bias, (), captions)

    @property
    def pages(self) -> tuple[str, ...]:
        """The one page of the pointwise sum."""
        return ("Pointwise sum",)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The pointwise sum and the bias, where there is one."""
        pointwise = short(self.result - (self.bias or 0.0))
        bias = () if self.bias is None else (("Bias", short(self.bias)),)
        return ("Pointwise sum", pointwise), *bias, ("Result", short(self.result))

    @property
    def inner(self) -> tuple[Inner, ...]:
        """How each depthwise value comes about."""
        return tuple(
            Inner(f"Depthwise {k} · {name}", self._depthwise_sum(k), k)
            for k, name in enumerate(self.slices)
        )

    def _depthwise_sum(self, k: int) -> WeightedSum:
        one = slice(k, k + 1)
        return WeightedSum(self.window[one], self.kernel[one], self.inside, None, ())
