"""The torch modules of LeCun's first networks that torch itself has none for.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, pad


class TableConv2d(nn.Module):
    """A convolution whose filters each read the maps that `reads` names for it.

    `taps` are the kernels [pairs of maps, K, K], those of the first filter first; `bias` is of the
    shape `biases`: [filters, 1, 1], [filters, H', W'] or () for none.
    """

    places: Tensor

    def __init__(
        self,
        channels: int,
        reads: tuple[tuple[int, ...], ...],
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        background: float = 0.0,
        biases: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self.channels, self.reads, self.kernel = channels, reads, kernel
        self.stride, self.padding, self.background = stride, padding, background
        rows = torch.tensor([row for row, maps in enumerate(reads) for _ in maps])
        columns = torch.tensor([column for maps in reads for column in maps])
        self.register_buffer("places", rows * channels + columns, persistent=False)
        # as torch draws those of its convolutions
        bounds = torch.tensor([(len(maps) * kernel**2) ** -0.5 for maps in reads])[:, None, None]
        taps = torch.empty(len(rows), kernel, kernel).uniform_(-1, 1)
        self.taps = nn.Parameter(taps * bounds[rows])
        drawn = torch.empty(biases).uniform_(-1, 1) * bounds if biases else None
        self.bias = nn.Parameter(drawn) if drawn is not None else None

    @property
    def weight(self) -> Tensor:
        """The kernels [filters, C, K, K], zero where there is no connection."""
        sides = (self.kernel, self.kernel)
        blank = self.taps.new_zeros(len(self.reads) * self.channels, *sides)
        filled = blank.index_copy(0, self.places, self.taps)
        return filled.view(len(self.reads), self.channels, *sides)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, filters, H', W'] for maps [B, C, H, W]."""
        x = pad(x, (self.padding,) * 4, value=self.background)
        maps = conv2d(x, self.weight, None, self.stride)
        return maps if self.bias is None else maps + self.bias

    def extra_repr(self) -> str:
        """The arguments that make it."""
        biases = () if self.bias is None else tuple(self.bias.shape)
        return (
            f"{self.channels}, {self.reads}, kernel={self.kernel}, stride={self.stride}, "
            f"padding={self.padding}, background={self.background}, biases={biases}"
        )


class Subsampling2d(nn.Module):
    """The sum of each window, times the map's `scale`, plus its `shift`."""

    def __init__(self, channels: int, kernel: int, stride: int, padding: int = 0) -> None:
        super().__init__()
        self.kernel, self.stride, self.padding = kernel, stride, padding
        self.scale = nn.Parameter(torch.full((channels,), kernel**-2.0))  # the mean, at first
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, C, H', W'] for maps [B, C, H, W]."""
        # the mean of each window times its size: ONNX knows no other divisor
        sums = avg_pool2d(x, self.kernel, self.stride, self.padding) * self.kernel**2
        return sums * self.scale[:, None, None] + self.shift[:, None, None]

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return (
            f"{len(self.scale)}, kernel={self.kernel}, stride={self.stride}, padding={self.padding}"
        )


class ScaledTanh(nn.Module):
    """`amplitude` tanh(`slope` x)."""

    def __init__(self, amplitude: float = 1.7159, slope: float = 2 / 3) -> None:
        super().__init__()
        self.amplitude, self.slope = amplitude, slope

    def forward(self, x: Tensor) -> Tensor:
        """Values of the input's shape."""
        return self.amplitude * torch.tanh(self.slope * x)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"amplitude={self.amplitude}, slope={self.slope}"
