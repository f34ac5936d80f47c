"""Layer normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.shared.normalisation import epsilon_option
from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Layer normalisation", group="Normalisation", word="layernorm", stem="norm")
@dataclass(frozen=True)
class LayerNorm(LayerKind):
    """Bring all values of a sample to mean 0 and variance 1, whatever else is in the batch.

    Each value then has a learned scale and shift.  Source: Ba et al. 2016, arXiv:1607.06450.
    """

    eps: float = epsilon_option()

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.LayerNorm(given[0], self.eps)

    def parameters(self, *given: Shape) -> int:
        return 2 * prod(given[0])

    def window(self, *given: Shape) -> None:
        return None

    def formula(self, *given: Shape) -> str:
        return f"2 · {prod(given[0]):,} = {self.parameters(*given):,}"
