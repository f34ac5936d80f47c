"""Transposed convolution."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, written
from core.network.shared import convolving
from core.network.spec import LayerKind, Misfit, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Transposed convolution",
    group="Feature maps", word="transposed", stem="up", leading=("filters", "kernel"),
)  # fmt: skip
@dataclass(frozen=True)
class ConvTranspose2d(LayerKind):
    """Add a kernel to the output for each input cell, times that cell: makes maps larger.

    It is the gradient of a convolution by its input (the h(K, G, s) of Goodfellow, Bengio &
    Courville 2016, Deep Learning, equation 9.13), with a side of (J - 1) S + K - 2 P + output
    padding.  Source: Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option()
    stride: int = option(2, 1, 32, label="Stride", unit="px", help="How many times as large")
    padding: int = convolving.padding_option("Cut off around the output")
    output_padding: int = option(
        0, 0, 31, label="Output padding", unit="px", help="Rows and columns added at the end",
        word="outpad",
    )  # fmt: skip
    bias: bool = convolving.bias_option()

    def shape(self, *given: Shape) -> Shape:
        _, *sides = maps("ConvTranspose2d", given[0])
        if self.output_padding >= self.stride:
            raise Misfit(
                f"An output padding of {self.output_padding} px is not less than the stride of "
                f"{self.stride} px; choose at most {self.stride - 1} px.",
                output_padding=self.stride - 1,
            )
        uncut = [(side - 1) * self.stride + self.kernel + self.output_padding for side in sides]
        most = (min(uncut) - 1) // 2
        if self.padding > most:
            raise Misfit(
                f"A padding of {self.padding} px leaves nothing of {written(tuple(uncut))} maps; "
                f"choose at most {most} px.",
                padding=most,
            )
        return (self.filters, *(side - 2 * self.padding for side in uncut))

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        steps = (self.kernel, self.stride, self.padding, self.output_padding)
        return nn.ConvTranspose2d(given[0][0], self.filters, *steps, bias=self.bias)

    def parameters(self, *given: Shape) -> int:
        return self.filters * (given[0][0] * self.kernel**2 + self.bias)

    def macs(self, *given: Shape) -> int:
        """Each value that comes in is multiplied with each weight of its channel."""
        return prod(given[0]) * self.kernel**2 * self.filters

    def window(self, *given: Shape) -> Window:
        """Output cell o sees the input cells i with o = i S - P + k, for taps k below K."""
        step = 1 / self.stride
        return Window(self.kernel, step, (self.kernel - 1 - self.padding) * step, step)

    def summary(self) -> str:
        return ", ".join(
            part
            for part, said in (
                (f"{self.filters} @ {self.kernel}x{self.kernel}", True),
                (f"stride {self.stride}", self.stride > 1),
                (f"pad {self.padding}", self.padding),
                (f"output pad {self.output_padding}", self.output_padding),
                ("no bias", not self.bias),
            )
            if said
        )

    def formula(self, *given: Shape) -> str:
        bias = " + 1" if self.bias else ""
        taps = f"{self.kernel} · {self.kernel} · {given[0][0]}{bias}"
        return f"{self.filters} · ({taps}) = {self.parameters(*given):,}"
