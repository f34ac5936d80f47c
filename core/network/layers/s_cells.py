"""S cells of the Neocognitron."""

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


@layer("S cells", group="Visual cortex", leading=("filters", "kernel"))
@dataclass(frozen=True)
class SCells(LayerKind):
    """Cells that answer to what resembles their template, however bright it is.

    r relu((1 + sum a u) / (1 + r / (1 + r) b v) - 1) with the selectivity r, learned a and b that
    are not negative (a softplus makes them), and the inhibiting cell v, the root of the mean u²
    of the window, weighted by a Gaussian c of a quarter of its side.  Each a is c times a learned
    template.  A cell is silent unless the template is as near to what it sees as the cosine
    r / (1 + r).  The paper's b is half of this one, its factor 2 r / (1 + r).  It should read
    values that are not negative, such as brightness from 0 to 1.
    Source: Fukushima 1980, Biol. Cybernetics 36, 193.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option(5)
    stride: int = convolving.stride_option()
    padding: int = convolving.padding_option()
    selectivity: float = option(
        1.0, 0.01, 100.0, label="Selectivity", help="The larger, the closer must the likeness be"
    )

    def shape(self, *given: Shape) -> Shape:
        _, *sides = maps("SCells", given[0])
        return (self.filters, *slide(sides, self.window(*given)))

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import cells

        steps = (self.kernel, self.stride, self.padding, self.selectivity)
        return cells.SCells(given[0][0], self.filters, *steps)

    def parameters(self, *given: Shape) -> int:
        return self.filters * (given[0][0] * self.kernel**2 + 1)

    def macs(self, *given: Shape) -> int:
        """Those of the templates, and of one inhibiting cell for each place."""
        places = prod(self.shape(*given)[1:])
        return places * self.kernel**2 * (self.filters * given[0][0] + 1)

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        return f"{self.filters} @ {self.window().summary()}, selectivity {self.selectivity:g}"

    def formula(self, *given: Shape) -> str:
        taps = f"{self.kernel} · {self.kernel} · {given[0][0]} + 1"
        return f"{self.filters} · ({taps}) = {self.parameters(*given):,}"
