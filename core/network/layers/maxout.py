"""Pooling over feature maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.channels import divisors, nearest_to
from core.network.spec import LayerKind, Misfit, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn

_MOST = 1024


@layer("Maxout", group="Pooling", leading=("pieces",))
@dataclass(frozen=True)
class Maxout(LayerKind):
    """The largest of each `pieces` consecutive maps, place by place; or of a vector's values.

    What the filters of a group learn, the unit becomes invariant to.
    Source: Goodfellow et al. 2013, arXiv:1302.4389.
    """

    pieces: int = option(2, 2, _MOST, label="Pieces", help="How many maps become one")

    def shape(self, *given: Shape) -> Shape:
        channels, *sides = given[0]
        if channels % self.pieces:
            raise self._misfit(channels)
        return (channels // self.pieces, *sides)

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import pooling

        return pooling.Maxout(self.pieces)

    def summary(self) -> str:
        return f"{self.pieces} pieces"

    def _misfit(self, channels: int) -> Misfit:
        """Why groups of `pieces` do not fit, with the nearest number that does."""
        what = f"Maxout needs a multiple of {self.pieces} channels, gets {channels}"
        fitting = [d for d in divisors(channels) if 2 <= d <= _MOST]
        if not fitting:
            return Misfit(f"{what}; let the layer before it give as many.")
        nearest = nearest_to(self.pieces, fitting)
        return Misfit(f"{what}; choose a divisor of {channels}, such as {nearest}.", pieces=nearest)
