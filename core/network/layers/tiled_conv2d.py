"""Convolution with kernels that take turns."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, slide, written
from core.network.shared import convolving
from core.network.spec import LayerKind, Misfit, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Tiled convolution", group="Feature maps", word="tiled", leading=("filters", "kernel"))
@dataclass(frozen=True)
class TiledConv2d(LayerKind):
    """A convolution whose kernels take turns along both sides, and its biases with them.

    The cell (j, k) uses the kernels (j % t, k % t), counted from 0: with 1 tile it is a
    convolution, with as many as cells it shares nothing.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, equation 9.10; lecture 003.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option()
    tiles: int = option(2, 1, 32, label="Tiles", help="After how many cells a kernel returns")
    stride: int = convolving.stride_option()
    padding: int = convolving.padding_option()
    bias: bool = convolving.bias_option("A learned number added to each map, for each of its tiles")

    def shape(self, *given: Shape) -> Shape:
        _, *sides = maps("TiledConv2d", given[0])
        places = slide(sides, self.window(*given))
        if self.tiles > min(places):
            raise Misfit(
                f"{self.tiles} kernels cannot take turns along {written(places)} cells; choose at "
                f"most {min(places)} tiles.",
                tiles=min(places),
            )
        return (self.filters, *places)

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import convolution

        steps = (self.kernel, self.tiles, self.stride, self.padding, self.bias)
        return convolution.TiledConv2d(given[0][0], self.filters, *steps)

    def parameters(self, *given: Shape) -> int:
        taps = given[0][0] * self.kernel**2
        return self.tiles**2 * self.filters * (taps + self.bias)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * given[0][0] * self.kernel**2

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        bias = "" if self.bias else ", no bias"
        tiles = f"{self.tiles}x{self.tiles} tiles"
        return f"{self.filters} @ {self.window().summary()}, {tiles}{bias}"

    def formula(self, *given: Shape) -> str:
        bias, tiles = " + 1" if self.bias else "", f"{self.tiles} · {self.tiles}"
        taps = f"{self.kernel} · {self.kernel} · {given[0][0]}{bias}"
        return f"{tiles} · {self.filters} · ({taps}) = {self.parameters(*given):,}"
