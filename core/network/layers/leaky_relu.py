"""Rectifier that lets a little of the negative through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Leaky ReLU", group="Activation", word="leaky", leading=("slope",))
@dataclass(frozen=True)
class LeakyRelu(LayerKind):
    """x where it is positive, `slope` times x elsewhere, so that no unit dies.

    Source: Maas, Hannun & Ng 2013, ICML workshop, "Rectifier nonlinearities improve neural
    network acoustic models", equation 4.
    """

    slope: float = option(
        0.01, 0.0, 1.0, label="Slope", help="What is left of negative values", decimals=3
    )

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.LeakyReLU(self.slope)

    def summary(self) -> str:
        return f"slope {self.slope:g}"
