"""Max-pooling of signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import kernel_option, padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Max-pooling, 1-D",
    group="Pooling", word="maxpool1d", stem="pool", leading=("kernel",), dims=1,
)  # fmt: skip
@dataclass(frozen=True)
class MaxPool1d(LayerKind):
    """Keep the largest value of each window of a signal; what no window reaches is not seen."""

    kernel: int = kernel_option("cells")
    stride: int = stride_option("cells")
    padding: int = padding_option("Never the largest value", "cells")

    def shape(self, *given: Shape) -> Shape:
        return pooled(maps("MaxPool1d", given[0], 1), self.window())

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.MaxPool1d(self.kernel, self.stride or self.kernel, self.padding)

    def window(self, *given: Shape) -> Window:
        return pool_window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return self.window().summary(1)
