"""The product of branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import written
from core.network.spec import LayerKind, Misfit, Shape, Window, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Multiply", group="Structure", joiner="*", inputs=(2, 0))
@dataclass(frozen=True)
class Multiply(LayerKind):
    """The product of its inputs, value by value: a branch that lets another one through.

    A side of 1 is repeated: gates [C, 1, 1] weigh whole maps [C, H, W].
    """

    def shape(self, *given: Shape) -> Shape:
        largest = given[0]
        for other in given[1:]:
            sides = list(zip(largest, other, strict=False))
            if len(other) != len(largest) or any(a != b and 1 not in (a, b) for a, b in sides):
                raise self._misfit(largest, other)
            largest = tuple(max(a, b) for a, b in sides)
        return largest

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules.structure import Product

        return Product()

    def window(self, *given: Shape) -> Window | None:
        """None where a gate is repeated: what it sees has no fixed place beside a cell."""
        return Window(1) if len(set(given)) == 1 else None

    def _misfit(self, first: Shape, other: Shape) -> Misfit:
        gates = (first[0], *(1 for _ in first[1:]))
        also = f", or one of them {written(gates)}" if len(first) > 1 else ""
        return Misfit(
            f"Multiply needs inputs of one shape, or sides of 1, gets {written(first)} and "
            f"{written(other)}; make both {written(first)}{also}."
        )
