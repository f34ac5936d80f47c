"""3-D convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared import convolving
from core.network.spec import Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Convolution, 3-D",
    group="Feature maps", word="conv3d", stem="conv", leading=("filters", "kernel"), dims=3,
)  # fmt: skip
@dataclass(frozen=True)
class Conv3d(convolving.Convolving):
    """Slide `filters` learned kernels over a clip [C, T, H, W]; cross-correlation, as in torch.

    The kernels are as long in time as in space: Tran et al. 2015, arXiv:1412.0767.
    `border` "valid" pads nothing; "same" pads D (K - 1) in all, half of it before, and gives
    ceil(length / stride) cells; "full" pads D (K - 1) at both ends.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option(3, "cells")
    stride: int = convolving.stride_option("cells")
    padding: int = convolving.padding_option("Added around the maps", "cells")
    padding_end: int = convolving.padding_end_option("Later, below and right", "cells")
    dilation: int = convolving.dilation_option()
    groups: int = convolving.groups_option()
    bias: bool = convolving.bias_option()
    border: str = convolving.border_option("given", "valid", "same", "full")
    fill: str = convolving.fill_option()

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        from core.network.modules.convolution import PaddedConv3d

        return self.built(given[0][0], nn.Conv3d, PaddedConv3d)
