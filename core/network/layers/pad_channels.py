"""More channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Misfit, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Pad channels", group="Structure", word="padchannels", stem="pad", leading=("channels",))
@dataclass(frozen=True)
class PadChannels(LayerKind):
    """Maps of zeros after those that come in, until there are `channels` of them.

    So a shortcut without parameters joins a block that has more maps.
    Source: He et al. 2015, arXiv:1512.03385, section 3.3, option A.
    """

    channels: int = option(32, 1, 65536, label="Channels", help="How many maps come out")

    def shape(self, *given: Shape) -> Shape:
        channels, *sides = given[0]
        if self.channels < channels:
            raise Misfit(
                f"PadChannels cannot make {channels} channels {self.channels}; choose at least "
                f"{channels}.",
                channels=channels,
            )
        return (self.channels, *sides)

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import structure

        return structure.PadChannels(self.channels - given[0][0])

    def summary(self) -> str:
        return f"to {self.channels}"
