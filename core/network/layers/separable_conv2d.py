"""Depthwise separable convolution."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, slide
from core.network.shared import convolving
from core.network.spec import LayerKind, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Separable convolution",
    group="Feature maps", word="separable", leading=("filters", "kernel"),
)  # fmt: skip
@dataclass(frozen=True)
class SeparableConv2d(LayerKind):
    """Kernels over each map by itself, then a 1x1 convolution that mixes their maps.

    Nothing stands between the two; where a non-linearity shall, take two convolutions, the first
    with as many groups as channels.  Source: Howard et al. 2017, arXiv:1704.04861, section 3.1.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option()
    stride: int = convolving.stride_option()
    border: str = convolving.border_option("same", "valid")
    multiplier: int = option(1, 1, 64, label="Multiplier", help="Kernels over each of the maps")
    bias: bool = convolving.bias_option()

    def shape(self, *given: Shape) -> Shape:
        _, *sides = maps("SeparableConv2d", given[0])
        return (self.filters, *slide(sides, self.window(*given), self._ends[1]))

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import convolution

        return convolution.SeparableConv2d(
            given[0][0], self.filters, self.kernel, self.stride, *self._ends,
            multiplier=self.multiplier, bias=self.bias,
        )  # fmt: skip

    def parameters(self, *given: Shape) -> int:
        wide = given[0][0] * self.multiplier
        return wide * self.kernel**2 + self.filters * (wide + self.bias)

    def macs(self, *given: Shape) -> int:
        places, wide = prod(self.shape(*given)[1:]), given[0][0] * self.multiplier
        return places * wide * (self.kernel**2 + self.filters)

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self._ends[0])

    def summary(self) -> str:
        return ", ".join(
            part
            for part, said in (
                (f"{self.filters} @ {self.kernel}x{self.kernel}", True),
                (f"stride {self.stride}", self.stride > 1),
                (self.border, True),
                (f"{self.multiplier} kernels a map", self.multiplier > 1),
                ("no bias", not self.bias),
            )
            if said
        )

    def formula(self, *given: Shape) -> str:
        bias, wide = " + 1" if self.bias else "", given[0][0] * self.multiplier
        each, mix = f"{self.kernel} · {self.kernel}", f"{self.filters} · ({wide}{bias})"
        return f"{wide} · {each} + {mix} = {self.parameters(*given):,}"

    @property
    def _ends(self) -> tuple[int, int]:
        """The padding before and after the maps."""
        return convolving.ends(self.border, self.kernel)
