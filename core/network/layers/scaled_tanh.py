"""Hyperbolic tangent that is 1 at 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Scaled tanh", group="Activation", word="scaledtanh", stem="tanh")
@dataclass(frozen=True)
class ScaledTanh(LayerKind):
    """A tanh(S x): with A = 1.7159 and S = 2/3 it is 1 at 1 and -1 at -1, where targets are.

    Source: LeCun et al. 1998, doi:10.1109/5.726791, appendix A.
    """

    amplitude: float = option(
        1.7159, 0.01, 100.0, label="Amplitude", help="The greatest output", decimals=4
    )
    slope: float = option(
        2 / 3, 0.001, 100.0, label="Slope", help="How soon it saturates", decimals=4
    )

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import table

        return table.ScaledTanh(self.amplitude, self.slope)

    def summary(self) -> str:
        return f"{self.amplitude:g} tanh({self.slope:.4g} x)"
