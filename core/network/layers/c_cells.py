"""C cells of the Neocognitron."""

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


@layer("C cells", group="Visual cortex", leading=("kernel",))
@dataclass(frozen=True)
class CCells(LayerKind):
    """Cells that answer to a feature wherever it is in their window, and saturate at 1.

    x / (alpha + x) of the positive part of the window's average x, weighted by a Gaussian of a
    quarter of its side, map by map.  `lateral` inhibits first, as in the paper: x becomes
    (1 + x) / (1 + the mean x of all maps) - 1, so that only what is above the mean is left.
    Nothing is learned.  Source: Fukushima 1980, Biol. Cybernetics 36, 193.
    """

    kernel: int = convolving.kernel_option(5)
    stride: int = option(2, 1, 32, label="Stride", unit="px", help="Step from window to window")
    padding: int = convolving.padding_option()
    saturation: float = option(
        0.5, 0.001, 100.0, label="Saturation", help="The average that gives one half", decimals=3
    )
    lateral: bool = option(False, label="Lateral inhibition", help="Maps hold each other down")

    def shape(self, *given: Shape) -> Shape:
        channels, *sides = maps("CCells", given[0])
        return (channels, *slide(sides, self.window(*given)))

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import cells

        steps = (self.kernel, self.stride, self.padding)
        return cells.CCells(*steps, saturation=self.saturation, lateral=self.lateral)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * self.kernel**2

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        lateral = ", lateral inhibition" if self.lateral else ""
        return f"{self.window().summary()}, saturation {self.saturation:g}{lateral}"
