"""Fully connected layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.geometry import written
from core.network.spec import LayerKind, Misfit, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Dense", group="Vectors", leading=("units",))
@dataclass(frozen=True)
class Dense(LayerKind):
    """Each of `units` outputs is a weighted sum of all inputs, as in torch's Linear."""

    units: int = option(10, 1, 2**20, label="Units", help="How many values come out")
    bias: bool = option(True, label="Bias", help="A learned number added to each unit")

    def shape(self, *given: Shape) -> Shape:
        if len(given[0]) != 1:
            raise Misfit(
                f"Dense needs a vector, gets {written(given[0])}; insert a Flatten before it."
            )
        return (self.units,)

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.Linear(given[0][0], self.units, self.bias)

    def parameters(self, *given: Shape) -> int:
        return self.units * (given[0][0] + self.bias)

    def macs(self, *given: Shape) -> int:
        return self.units * given[0][0]

    def window(self, *given: Shape) -> None:
        return None

    def summary(self) -> str:
        return f"{self.units} units" if self.bias else f"{self.units} units, no bias"

    def formula(self, *given: Shape) -> str:
        bias = " + 1" if self.bias else ""
        return f"{self.units} · ({given[0][0]:,}{bias}) = {self.parameters(*given):,}"
