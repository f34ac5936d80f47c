"""Complex cells of the visual cortex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.spec import LayerKind, Misfit, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Complex cells", group="Visual cortex", word="complex")
@dataclass(frozen=True)
class ComplexCells(LayerKind):
    """The L2 norm of each pair of neighbouring maps: the root of s0² + s1².

    Of an even and an odd Gabor function it hardly depends on where the stripes are.  10^-12 is
    added under the root, so that its gradient is defined at 0.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.10; lecture 003.
    """

    def shape(self, *given: Shape) -> Shape:
        channels, height, width = maps("ComplexCells", given[0])
        if channels % 2:
            raise Misfit(
                f"ComplexCells needs pairs of maps, gets {channels}; give the layer before it "
                f"{channels + 1}."
            )
        return (channels // 2, height, width)

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import cells

        return cells.ComplexCells()
