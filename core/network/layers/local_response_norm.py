"""Local response normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.channels import with_sides
from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Local response normalisation",
    group="Normalisation", word="lrn", stem="norm", leading=("size",),
)  # fmt: skip
@dataclass(frozen=True)
class LocalResponseNorm(LayerKind):
    """Divide each value by (k + alpha · the sum of squares at its place in `size` maps)^beta.

    These are the maps next to its own.  `alpha` is the paper's; torch's is `size` times that.
    Source: Krizhevsky, Sutskever & Hinton 2012, "ImageNet classification with deep convolutional
    neural networks", section 3.3.
    """

    size: int = option(5, 1, 63, label="Maps", help="How many neighbouring maps compete")
    alpha: float = option(1e-4, 0.0, 10.0, label="Alpha", help="How much they do", decimals=6)
    beta: float = option(0.75, 0.0, 5.0, label="Beta", help="Power of the divisor")
    k: float = option(2.0, 0.001, 100.0, label="k", help="Divisor where all is 0", decimals=3)

    def shape(self, *given: Shape) -> Shape:
        return with_sides("LocalResponseNorm", given[0])

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.LocalResponseNorm(self.size, self.alpha * self.size, self.beta, self.k)

    def summary(self) -> str:
        return f"{self.size} maps"
