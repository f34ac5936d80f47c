"""The sum of branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import written
from core.network.spec import LayerKind, Misfit, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Add", group="Structure", joiner="+", inputs=(2, 0))
@dataclass(frozen=True)
class Add(LayerKind):
    """The sum of its inputs, value by value: the end of a residual branch.

    Source: He et al. 2015, arXiv:1512.03385.
    """

    def shape(self, *given: Shape) -> Shape:
        other = next((shape for shape in given if shape != given[0]), None)
        if other is not None:
            raise Misfit(
                f"Add needs inputs of one shape, gets {written(given[0])} and {written(other)}; "
                f"make both {written(given[0])}."
            )
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import Sum

        return Sum()
