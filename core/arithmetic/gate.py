"""A value times a gate of 0 to 1: squeeze and excitation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arithmetic import LIMIT, Arithmetic, Floats, Inner, column, short, told
from core.arithmetic.weighted_sum import WeightedSum


@dataclass(frozen=True, eq=False)
class Gate(Arithmetic):
    """given × σ(Σ excite × ReLU(Σ squeeze × means)): a value and the gate of its channel.

    `means` [C] are those of all maps, `squeeze` [h, C] and `excite` [h] the weights of the two
    dense layers; `squeeze_bias` [h] and `excite_bias` are 0 where there are none.
    Source: Hu et al. 2017, arXiv:1709.01507, equations 2 to 4.
    """

    given: float
    means: Floats
    squeeze: Floats
    squeeze_bias: Floats
    excite: Floats
    excite_bias: float

    @property
    def squeezed(self) -> NDArray[np.float64]:
        """What the first dense layer gives after its rectifier, [h]."""
        sums = self.squeeze.astype(np.float64) @ self.means + self.squeeze_bias
        return np.maximum(sums, 0)

    @property
    def excitation(self) -> WeightedSum:
        """What the second dense layer gives for the channel."""
        captions = ("Squeezed values", "Weights")
        values, weights = column(self.squeezed), column(self.excite)
        return WeightedSum(values, weights, np.ones((1, 1), bool), self.excite_bias, (), captions)

    @property
    def gate(self) -> float:
        """The sigmoid of the excitation."""
        return float(1 / (1 + np.exp(-self.excitation.result)))

    @property
    def result(self) -> float:
        """The value times its gate."""
        return self.given * self.gate

    def formula(self, limit: int = LIMIT) -> str:
        """As in "0.5 × σ(1.2) = 0.5 × 0.769 = 0.384"."""
        value, excitation = short(self.given), short(self.excitation.result)
        product = f"{value} × {short(self.gate)}"
        return f"{value} × σ({excitation}) = {product} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The value, the excitation, the gate, the product."""
        numbers = {
            "Value given": self.given,
            "Excitation": self.excitation.result,
            "Gate": self.gate,
            "Result": self.result,
        }
        return told(numbers)

    @property
    def inner(self) -> tuple[Inner, ...]:
        """The excitation, and how each squeezed value comes about before its rectifier."""
        squeezed = (
            Inner(f"Squeezed value {k}", self._squeezed_sum(k)) for k in range(len(self.squeeze))
        )
        return Inner("Excitation", self.excitation), *squeezed

    def _squeezed_sum(self, k: int) -> WeightedSum:
        bias, captions = float(self.squeeze_bias[k]), ("Means of the maps", "Weights")
        weights, inside = column(self.squeeze[k]), np.ones((1, 1), bool)
        return WeightedSum(column(self.means), weights, inside, bias, (), captions)
