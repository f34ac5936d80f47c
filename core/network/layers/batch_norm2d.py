"""Batch normalisation of maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.shared.normalisation import epsilon_option, momentum_option
from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Batch normalisation", group="Normalisation", word="batchnorm", stem="norm")
@dataclass(frozen=True)
class BatchNorm2d(LayerKind):
    """Bring each map to mean 0 and variance 1 over the batch, then to a learned mean and scale.

    Looking uses the averages kept while training; it then folds into the convolution before it,
    so its multiplications are not counted.  Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    eps: float = epsilon_option()
    momentum: float = momentum_option()

    def shape(self, *given: Shape) -> Shape:
        return maps("BatchNorm2d", given[0])

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.BatchNorm2d(given[0][0], self.eps, self.momentum)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]

    def formula(self, *given: Shape) -> str:
        return f"2 · {given[0][0]:,} = {self.parameters(*given):,}"
