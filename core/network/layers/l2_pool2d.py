"""L2 pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import kernel_option, padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer("L2 pooling", group="Pooling", word="l2pool", stem="pool", leading=("kernel",))
@dataclass(frozen=True)
class L2Pool2d(LayerKind):
    """The L2 norm of each window: the root of the sum of its squared values.

    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.3.
    """

    kernel: int = kernel_option()
    stride: int = stride_option()
    padding: int = padding_option("Zeros around the maps")

    def shape(self, *given: Shape) -> Shape:
        return pooled(maps("L2Pool2d", given[0]), self.window())

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import pooling

        return pooling.L2Pool2d(self.kernel, self.stride or self.kernel, self.padding)

    def window(self, *given: Shape) -> Window:
        return pool_window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return self.window().summary()
