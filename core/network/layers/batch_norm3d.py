"""Batch normalisation of clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.shared.normalisation import epsilon_option, momentum_option
from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Batch normalisation, 3-D", group="Normalisation", word="batchnorm3d", stem="norm", dims=3)
@dataclass(frozen=True)
class BatchNorm3d(LayerKind):
    """Bring each channel of clips to mean 0 and variance 1 over the batch, all times and places.

    A learned scale and mean follow.  Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    eps: float = epsilon_option()
    momentum: float = momentum_option()

    def shape(self, *given: Shape) -> Shape:
        return maps("BatchNorm3d", given[0], 3)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.BatchNorm3d(given[0][0], self.eps, self.momentum)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]

    def formula(self, *given: Shape) -> str:
        return f"2 · {given[0][0]:,} = {self.parameters(*given):,}"
