"""Batch normalisation of maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Batch normalisation", group="Normalisation", word="batchnorm", stem="norm")
@dataclass(frozen=True)
class BatchNorm2d(LayerKind):
    """Bring each map to mean 0 and variance 1 over the batch, then to a learned mean and scale.

    Looking uses the averages kept while training; it then folds into the convolution before it,
    so its multiplications are not counted.  Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    eps: float = option(
        1e-5, 1e-8, 1.0, label="Epsilon", help="Added to the variance, against division by 0",
        decimals=8,
    )  # fmt: skip
    momentum: float = option(
        0.1, 0.001, 1.0, label="Momentum", help="Weight of the newest batch in the averages",
        decimals=3,
    )  # fmt: skip

    def shape(self, *given: Shape) -> Shape:
        return maps("BatchNorm2d", given[0])

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.BatchNorm2d(given[0][0], self.eps, self.momentum)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]
