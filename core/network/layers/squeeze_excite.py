"""Squeeze and excitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.channels import with_sides
from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Squeeze and excitation", group="Structure", word="se", leading=("reduction",))
@dataclass(frozen=True)
class SqueezeExcite(LayerKind):
    """Weigh each channel by a gate of 0 to 1 that is made of the means of all of them.

    A dense layer with ReLU squeezes them to one of `reduction`, rounded down, at least to one
    value; a second one with a sigmoid makes the gates.
    Source: Hu et al. 2017, arXiv:1709.01507, equations 2 to 4.
    """

    reduction: int = option(16, 1, 1024, label="Reduction", help="The larger, the fewer weights")
    bias: bool = option(True, label="Bias", help="A learned number added to each unit")

    def shape(self, *given: Shape) -> Shape:
        return with_sides("SqueezeExcite", given[0])

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import structure

        return structure.SqueezeExcite(given[0][0], self._hidden(*given), self.bias)

    def parameters(self, *given: Shape) -> int:
        channels, hidden = given[0][0], self._hidden(*given)
        return 2 * channels * hidden + self.bias * (channels + hidden)

    def macs(self, *given: Shape) -> int:
        return 2 * given[0][0] * self._hidden(*given)

    def window(self, *given: Shape) -> None:
        return None

    def summary(self) -> str:
        return (
            f"reduction {self.reduction}" if self.bias else f"reduction {self.reduction}, no bias"
        )

    def formula(self, *given: Shape) -> str:
        channels, hidden = given[0][0], self._hidden(*given)
        biases = f" + {channels} + {hidden}" if self.bias else ""
        return f"2 · {channels} · {hidden}{biases} = {self.parameters(*given):,}"

    def _hidden(self, *given: Shape) -> int:
        """The values to which the means are squeezed."""
        return max(1, given[0][0] // self.reduction)
