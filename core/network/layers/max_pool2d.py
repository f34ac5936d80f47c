"""Max-pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import kernel_option, padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Max-pooling", group="Pooling", word="maxpool", stem="pool", leading=("kernel",))
@dataclass(frozen=True)
class MaxPool2d(LayerKind):
    """Keep the largest value of each window; a border that no window reaches is not seen."""

    kernel: int = kernel_option()
    stride: int = stride_option()
    padding: int = padding_option("Never the largest value")

    def shape(self, *given: Shape) -> Shape:
        return pooled(maps("MaxPool2d", given[0]), self.window())

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.MaxPool2d(self.kernel, self.stride or self.kernel, self.padding)

    def window(self, *given: Shape) -> Window:
        return pool_window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return self.window().summary()
