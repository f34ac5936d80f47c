"""The torch modules of pools that torch has no module for.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d


class L2Pool2d(nn.Module):
    """The Euclidean norm of each window's values; zeros of the padding add nothing.

    Where all values of a window are 0 its gradient is 0, which is the least steep of those that
    hold there; that of torch's LPPool2d is not a number.
    """

    def __init__(self, kernel_size: int, stride: int, padding: int = 0) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, C, H', W'] for maps [B, C, H, W]."""
        # the mean of each window times its size: ONNX knows no other divisor
        means = avg_pool2d(x.square(), self.kernel_size, self.stride, self.padding)
        summed = means * self.kernel_size**2
        zero = summed == 0
        return summed.masked_fill(zero, 1).sqrt().masked_fill(zero, 0)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class WeightedPool2d(nn.Module):
    """The average of each window, weighted by a Gaussian of the distance from its centre.

    `sigma` is in cells.  The weights sum to 1, and the zeros of the padding count.
    """

    weight: Tensor

    def __init__(self, kernel_size: int, sigma: float, stride: int, padding: int = 0) -> None:
        super().__init__()
        self.kernel_size, self.sigma = kernel_size, sigma
        self.stride, self.padding = stride, padding
        offsets = torch.arange(kernel_size) - (kernel_size - 1) / 2
        profile = torch.exp(-offsets.square() / (2 * sigma**2))
        weight = torch.outer(profile, profile)
        self.register_buffer("weight", weight / weight.sum(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, C, H', W'] for maps [B, C, H, W]."""
        channels = x.shape[1]
        weight = self.weight.expand(channels, 1, -1, -1)
        return conv2d(x, weight, None, self.stride, self.padding, groups=channels)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        sizes = f"kernel_size={self.kernel_size}, sigma={self.sigma}"
        return f"{sizes}, stride={self.stride}, padding={self.padding}"


class Maxout(nn.Module):
    """The largest of each `pieces` consecutive channels, place by place."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        """[B, C / pieces, …] for [B, C, …]."""
        return x.reshape(x.shape[0], -1, self.pieces, *x.shape[2:]).amax(2)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"pieces={self.pieces}"
