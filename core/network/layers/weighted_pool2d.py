"""Weighted average pooling."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import kernel_option, padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Weighted average pooling",
    group="Pooling", word="gausspool", stem="pool", leading=("kernel",),
)  # fmt: skip
@dataclass(frozen=True)
class WeightedPool2d(LayerKind):
    """The average of each window, weighted by a Gaussian of the distance from its centre.

    The weights are fixed and sum to 1; zeros of the padding count.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.3.
    """

    kernel: int = kernel_option()
    stride: int = stride_option()
    padding: int = padding_option("Zeros around the maps")
    sigma: float = option(
        1.0, 0.1, 63.0, label="Sigma", unit="px", help="The larger, the more the border counts"
    )

    def shape(self, *given: Shape) -> Shape:
        return pooled(maps("WeightedPool2d", given[0]), self.window())

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import pooling

        stride = self.stride or self.kernel
        return pooling.WeightedPool2d(self.kernel, self.sigma, stride, self.padding)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * self.kernel**2

    def window(self, *given: Shape) -> Window:
        return pool_window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return f"{self.window().summary()}, sigma {self.sigma:g}"
