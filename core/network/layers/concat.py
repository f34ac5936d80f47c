"""Branches side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import written
from core.network.spec import LayerKind, Misfit, Shape, layer

if TYPE_CHECKING:
    from torch import nn

#: What Concat needs, and what to make all of its inputs, by the rank of the first.
_WANTED = {
    1: ("vectors alone", "vectors"),
    2: ("signals of one length", "signals of length {}"),
    3: ("maps of one height and width", "maps of {}"),
    4: ("clips of one length, height and width", "clips of {}"),
}


@layer("Concatenate", group="Structure", joiner=",", inputs=(2, 0))
@dataclass(frozen=True)
class Concat(LayerKind):
    """The channels of all inputs one after the other.

    Source: Szegedy et al. 2014, arXiv:1409.4842.
    """

    def shape(self, *given: Shape) -> Shape:
        first = given[0]
        other = next((shape for shape in given if shape[1:] != first[1:]), None)
        if other is not None:
            alike, wanted = _WANTED[len(first)]
            sides = " x ".join(map(str, first[1:]))
            raise Misfit(
                f"Concat needs {alike}, gets {written(first)} and {written(other)}; make all of "
                f"them {wanted.format(sides)}."
            )
        return (sum(shape[0] for shape in given), *first[1:])

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import Joined

        return Joined()
