"""Branches side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import written
from core.network.spec import LayerKind, Misfit, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Concatenate", group="Structure", inputs=(2, 0))
@dataclass(frozen=True)
class Concat(LayerKind):
    """The channels of all inputs one after the other.

    Source: Szegedy et al. 2014, arXiv:1409.4842.
    """

    def shape(self, *given: Shape) -> Shape:
        first = given[0]
        other = next((s for s in given if s[1:] != first[1:] or len(s) != len(first)), None)
        if other is not None:
            wanted = f"maps of {written(first[1:])}" if len(first) > 1 else "vectors"
            raise Misfit(
                f"Concat needs maps of one height and width, gets {written(first)} and "
                f"{written(other)}; make all of them {wanted}."
            )
        return (sum(shape[0] for shape in given), *first[1:])

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import Joined

        return Joined()
