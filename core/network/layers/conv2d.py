"""2-D convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared import convolving
from core.network.spec import Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Convolution", group="Feature maps", word="conv", leading=("filters", "kernel"))
@dataclass(frozen=True)
class Conv2d(convolving.Convolving):
    """Slide `filters` learned kernels over the maps; cross-correlation, as in torch.

    `border` "valid" pads nothing; "same" pads D (K - 1) in all, half of it before, and gives
    ceil(length / stride) cells; "full" pads D (K - 1) at both ends.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option()
    stride: int = convolving.stride_option()
    padding: int = convolving.padding_option("Added around the maps")
    padding_end: int = convolving.padding_end_option("Below and right")
    dilation: int = convolving.dilation_option()
    groups: int = convolving.groups_option()
    bias: bool = convolving.bias_option()
    border: str = convolving.border_option("given", "valid", "same", "full")
    fill: str = convolving.fill_option()

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        from core.network.modules.convolution import PaddedConv2d

        return self.built(given[0][0], nn.Conv2d, PaddedConv2d)
