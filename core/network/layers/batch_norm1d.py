"""Batch normalisation of vectors and signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.shared.normalisation import epsilon_option, momentum_option
from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Batch normalisation, 1-D", group="Normalisation", word="batchnorm1d", stem="norm", dims=1)
@dataclass(frozen=True)
class BatchNorm1d(LayerKind):
    """Bring each value of vectors, or channel of signals, to mean 0, variance 1 over the batch.

    A learned scale and mean follow.  Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    eps: float = epsilon_option()
    momentum: float = momentum_option()

    def shape(self, *given: Shape) -> Shape:
        return given[0] if len(given[0]) == 1 else maps("BatchNorm1d", given[0], 1)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.BatchNorm1d(given[0][0], self.eps, self.momentum)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]

    def formula(self, *given: Shape) -> str:
        return f"2 · {given[0][0]:,} = {self.parameters(*given):,}"
