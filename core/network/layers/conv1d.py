"""1-D convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared import convolving
from core.network.spec import Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer(
    "Convolution, 1-D",
    group="Feature maps", word="conv1d", stem="conv", leading=("filters", "kernel"), dims=1,
)  # fmt: skip
@dataclass(frozen=True)
class Conv1d(convolving.Convolving):
    """Slide `filters` learned kernels over a signal [C, T]; cross-correlation, as in torch.

    `border` "valid" pads nothing; "same" pads D (K - 1) in all, half of it before, and gives
    ceil(length / stride) cells; "full" pads D (K - 1) at both ends.
    A layer of a time-delay network is one: Waibel et al. 1989, IEEE Trans. ASSP 37(3).
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option(5, "samples")
    stride: int = convolving.stride_option("samples")
    padding: int = convolving.padding_option("Added at both ends", "samples")
    padding_end: int = convolving.padding_end_option("After the last sample", "samples")
    dilation: int = convolving.dilation_option()
    groups: int = convolving.groups_option()
    bias: bool = convolving.bias_option()
    border: str = convolving.border_option("given", "valid", "same", "full")
    fill: str = convolving.fill_option()

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        from core.network.modules.convolution import PaddedConv1d

        return self.built(given[0][0], nn.Conv1d, PaddedConv1d)
