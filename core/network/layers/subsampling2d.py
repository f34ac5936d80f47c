"""Pooling with a learned scale and shift."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, pooled
from core.network.shared.pooling import kernel_option, padding_option, pool_window, stride_option
from core.network.spec import LayerKind, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Subsampling", group="Pooling", word="subsample", stem="pool", leading=("kernel",))
@dataclass(frozen=True)
class Subsampling2d(LayerKind):
    """The sum of each window, times a learned number, plus another: two for each map.

    Source: LeCun et al. 1998, doi:10.1109/5.726791, section II.B, layer S2.
    """

    kernel: int = kernel_option()
    stride: int = stride_option()
    padding: int = padding_option("Zeros around the maps")

    def shape(self, *given: Shape) -> Shape:
        return pooled(maps("Subsampling2d", given[0]), self.window())

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import table

        steps = (self.kernel, self.stride or self.kernel, self.padding)
        return table.Subsampling2d(given[0][0], *steps)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]

    def macs(self, *given: Shape) -> int:
        """One for each output: the sum needs no multiplication."""
        return prod(self.shape(*given))

    def window(self, *given: Shape) -> Window:
        return pool_window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return self.window().summary()

    def formula(self, *given: Shape) -> str:
        return f"2 · {given[0][0]} = {self.parameters(*given):,}"
