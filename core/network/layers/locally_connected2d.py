"""Convolution without shared kernels."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, slide
from core.network.shared import convolving
from core.network.spec import LayerKind, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Locally connected", group="Feature maps", word="local", leading=("filters", "kernel"))
@dataclass(frozen=True)
class LocallyConnected2d(LayerKind):
    """The windows of a convolution, but each with kernels of its own, and each unit with its bias.

    For features that belong to one part of the picture, such as the mouth of a face.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, equation 9.9; lecture 003.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option()
    stride: int = convolving.stride_option()
    padding: int = convolving.padding_option()
    bias: bool = convolving.bias_option("A learned number added to each unit")

    def shape(self, *given: Shape) -> Shape:
        _, *sides = maps("LocallyConnected2d", given[0])
        return (self.filters, *slide(sides, self.window(*given)))

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import convolution

        _, height, width = self.shape(*given)
        steps = (self.kernel, self.stride, self.padding, self.bias)
        return convolution.LocallyConnected2d(given[0][0], self.filters, (height, width), *steps)

    def parameters(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * (given[0][0] * self.kernel**2 + self.bias)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * given[0][0] * self.kernel**2

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        bias = "" if self.bias else ", no bias"
        return f"{self.filters} @ {self.window().summary()}{bias}"

    def formula(self, *given: Shape) -> str:
        bias = " + 1" if self.bias else ""
        units = " · ".join(map(str, self.shape(*given)))
        taps = f"{self.kernel} · {self.kernel} · {given[0][0]}{bias}"
        return f"{units} · ({taps}) = {self.parameters(*given):,}"
