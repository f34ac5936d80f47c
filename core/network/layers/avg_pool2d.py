"""Average pooling, over windows or over the whole map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Average pooling", group="Pooling", word="avgpool", stem="pool", leading=("kernel",))
@dataclass(frozen=True)
class AvgPool2d(LayerKind):
    """The mean of each window; zeros of the padding count, as in torch.

    `kernel` 0 means each map as a whole, whatever its size; stride and padding are then unused.
    """

    kernel: int = option(
        2, 0, 63, label="Window", unit="px", help="0: the whole map", lowest="whole map"
    )
    stride: int = stride_option()
    padding: int = padding_option("Zeros around the maps")

    def shape(self, *given: Shape) -> Shape:
        known, window = maps("AvgPool2d", given[0]), self.window()
        return pooled(known, window) if window else (known[0], 1, 1)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        if not self.kernel:
            return nn.AdaptiveAvgPool2d(1)
        return nn.AvgPool2d(self.kernel, self.stride or self.kernel, self.padding)

    def window(self, *given: Shape) -> Window | None:
        return pool_window(self.kernel, self.stride, self.padding) if self.kernel else None

    def summary(self) -> str:
        window = self.window()
        return window.summary() if window else "whole map"
