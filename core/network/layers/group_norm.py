"""Group normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.shared.channels import divisors, nearest_to
from core.network.shared.normalisation import epsilon_option
from core.network.spec import LayerKind, Misfit, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Group normalisation",
    group="Normalisation", word="groupnorm", stem="norm", leading=("groups",),
)  # fmt: skip
@dataclass(frozen=True)
class GroupNorm(LayerKind):
    """Bring each group of consecutive channels of a sample to mean 0 and variance 1.

    Each channel then has a learned scale and shift.  Source: Wu & He 2018, arXiv:1803.08494.
    """

    groups: int = option(8, 1, 65536, label="Groups", help="1: all channels together")
    eps: float = epsilon_option()

    def shape(self, *given: Shape) -> Shape:
        channels, values = given[0][0], prod(given[0])
        # a group of one value has no variance
        fitting = [d for d in divisors(channels) if d < values]
        if self.groups not in fitting:
            raise self._misfit(channels, fitting)
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.GroupNorm(self.groups, given[0][0], self.eps)

    def parameters(self, *given: Shape) -> int:
        return 2 * given[0][0]

    def window(self, *given: Shape) -> None:
        return None

    def summary(self) -> str:
        return f"{self.groups} groups"

    def formula(self, *given: Shape) -> str:
        return f"2 · {given[0][0]:,} = {self.parameters(*given):,}"

    def _misfit(self, channels: int, fitting: list[int]) -> Misfit:
        """Why the groups do not fit, with the nearest number of them that does."""
        if not fitting:
            return Misfit("GroupNorm needs more than one value; put it where there are more.")
        nearest = nearest_to(self.groups, fitting)
        return Misfit(
            f"{self.groups} groups cannot share {channels} channels in equal parts of more than "
            f"one value; choose a divisor of {channels}, such as {nearest}.",
            groups=nearest,
        )
