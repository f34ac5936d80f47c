"""Pooling of each map as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.channels import with_sides
from core.network.shared.pooling import statistic_option
from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Global pooling", group="Pooling", word="globalpool", stem="pool", leading=("statistic",))
@dataclass(frozen=True)
class GlobalPool(LayerKind):
    """One value for each map, signal or clip of a channel: its average, or its largest value.

    The rank stays: maps [C, H, W] become [C, 1, 1].  Source: Lin et al. 2013, arXiv:1312.4400.
    """

    statistic: str = statistic_option("What is kept of each map")

    def shape(self, *given: Shape) -> Shape:
        channels, *sides = with_sides("GlobalPool", given[0])
        return (channels, *(1 for _ in sides))

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        average = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
        largest = (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
        return (largest if self.statistic == "max" else average)[len(given[0]) - 2](1)

    def window(self, *given: Shape) -> None:
        return None

    def summary(self) -> str:
        return self.statistic
