"""Pooling to maps of a given size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import maps
from core.network.shared.pooling import statistic_option
from core.network.spec import LayerKind, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Adaptive pooling",
    group="Pooling", word="adaptivepool", stem="pool", leading=("side",),
)  # fmt: skip
@dataclass(frozen=True)
class AdaptivePool2d(LayerKind):
    """Maps of `side` x `side` cells, whatever the size of those that come in.

    Cell i of n sees rows floor(i J / n) to ceil((i + 1) J / n) - 1 of J, as in torch: windows
    that overlap by a cell where n does not divide J.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.3.
    """

    side: int = option(6, 1, 512, label="Side", unit="px", help="Height and width of the maps")
    statistic: str = statistic_option("What is kept of each window")

    def shape(self, *given: Shape) -> Shape:
        return (maps("AdaptivePool2d", given[0])[0], self.side, self.side)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        largest = self.statistic == "max"
        return (nn.AdaptiveMaxPool2d if largest else nn.AdaptiveAvgPool2d)(self.side)

    def window(self, *given: Shape) -> Window | None:
        """None, too, where the maps are not square: the windows then are not either."""
        _, height, width = given[0]
        if height != width or self.side == 1:
            return None
        if height % self.side == 0:
            return Window(height // self.side, height // self.side)
        # a row is in floor(i J / n) … ceil((i + 1) J / n) - 1 just if it is a whole number in
        # (i J - n + 1) / n … (i J + J - 1) / n, and these are J + n - 1 steps of 1 / n
        step = 1 / self.side
        return Window(height + self.side - 1, height * step, 1 - step, step)

    def summary(self) -> str:
        return f"{self.statistic} to {self.side}x{self.side}"
