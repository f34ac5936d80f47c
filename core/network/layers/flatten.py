"""Maps to a vector."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Flatten", group="Vectors", numbered=False)
@dataclass(frozen=True)
class Flatten(LayerKind):
    """All values of the maps one after the other: channel, row, column."""

    def shape(self, *given: Shape) -> Shape:
        return (prod(given[0]),)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.Flatten()

    def window(self, *given: Shape) -> None:
        return None
