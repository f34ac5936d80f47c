"""The torch modules of learned convolutions that torch itself has none for.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, conv2d, conv3d, pad, pixel_shuffle
from torch.nn.modules.conv import _ConvNd


class _Padded(_ConvNd):
    """A convolution that adds `before` cells at the start of each side and `after` at its end.

    They are those that torch adds in the same `padding_mode`.
    """

    convolve: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        *sizes: Any,
        before: int,
        after: int,
        padding_mode: Literal["zeros", "reflect"] = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(*sizes, **options)
        self.before, self.after, self.padding_mode = before, after, padding_mode

    def forward(self, x: Tensor) -> Tensor:
        """[B, filters, …] for [B, C, …]."""
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        x = pad(x, (self.before, self.after) * (x.ndim - 2), mode)
        steps = {"stride": self.stride, "dilation": self.dilation, "groups": self.groups}
        return self.convolve(x, self.weight, self.bias, **steps)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        sizes: str = super().extra_repr()  # type: ignore[no-untyped-call]
        mode = f"padding_mode={self.padding_mode}"  # torch leaves out the quotation marks
        ends = f"before={self.before}, after={self.after}"
        return f"{sizes.replace(mode, f'padding_mode={self.padding_mode!r}')}, {ends}"


class PaddedConv1d(_Padded, nn.Conv1d):
    """A 1-D convolution that adds `before` samples at the start and `after` at the end."""

    convolve = staticmethod(conv1d)


class PaddedConv2d(_Padded, nn.Conv2d):
    """A convolution that adds `before` cells above and to the left, `after` below and right."""

    convolve = staticmethod(conv2d)


class PaddedConv3d(_Padded, nn.Conv3d):
    """A 3-D convolution that adds `before` cells at the start of each side, `after` at its end."""

    convolve = staticmethod(conv3d)


class SeparableConv2d(nn.Module):
    """`multiplier` kernels over each channel by itself, then `filters` sums of all their maps."""

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: int,
        stride: int = 1,
        before: int = 0,
        after: int = 0,
        multiplier: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.before, self.after, self.multiplier = before, after, multiplier
        sizes = (channels, channels * multiplier, kernel, stride)
        if before == after:
            self.depthwise = nn.Conv2d(*sizes, before, groups=channels, bias=False)
        else:
            self.depthwise = PaddedConv2d(
                *sizes, before=before, after=after, groups=channels, bias=False
            )
        self.pointwise = nn.Conv2d(channels * multiplier, filters, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, filters, H', W'] for maps [B, C, H, W]."""
        mixed: Tensor = self.pointwise(self.depthwise(x))
        return mixed

    def __repr__(self) -> str:
        """The expression that makes it."""
        each, mix = self.depthwise, self.pointwise
        return (
            f"SeparableConv2d({each.in_channels}, {mix.out_channels}, "
            f"kernel={each.kernel_size[0]}, stride={each.stride[0]}, "
            f"before={self.before}, after={self.after}, "
            f"multiplier={self.multiplier}, bias={mix.bias is not None})"
        )


class LocallyConnected2d(nn.Module):
    """A convolution that shares nothing: each of its `places` (H', W') has kernels of its own.

    `weight` is [H', W', filters, C, K, K], `bias` [filters, H', W'].
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        places: tuple[int, int],
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kernel, self.stride, self.padding = kernel, stride, padding
        self.weight = nn.Parameter(torch.empty(*places, filters, channels, kernel, kernel))
        self.bias = nn.Parameter(torch.empty(filters, *places)) if bias else None
        _initialise(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, filters, H', W'] for maps [B, C, H, W]."""
        x = pad(x, (self.padding,) * 4)
        windows = x.unfold(2, self.kernel, self.stride).unfold(3, self.kernel, self.stride)
        maps = torch.einsum("bcyxmn,yxfcmn->bfyx", windows, self.weight)
        return maps if self.bias is None else maps + self.bias

    def extra_repr(self) -> str:
        """The arguments that make it."""
        height, width, filters, channels, kernel, _ = self.weight.shape
        return (
            f"{channels}, {filters}, places=({height}, {width}), kernel={kernel}, "
            f"stride={self.stride}, padding={self.padding}, bias={self.bias is not None}"
        )


class TiledConv2d(nn.Module):
    """A convolution whose kernels take turns: the cell (j, k) uses those of (j % t, k % t).

    `weight` is [t, t, filters, C, K, K], `bias` [t, t, filters].
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: int,
        tiles: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kernel, self.tiles, self.stride, self.padding = kernel, tiles, stride, padding
        self.weight = nn.Parameter(torch.empty(tiles, tiles, filters, channels, kernel, kernel))
        self.bias = nn.Parameter(torch.empty(tiles, tiles, filters)) if bias else None
        _initialise(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, filters, H', W'] for maps [B, C, H, W]."""
        x = pad(x, (self.padding,) * 4)
        height, width = ((side - self.kernel) // self.stride + 1 for side in x.shape[2:])
        rows, columns = -(-height // self.tiles), -(-width // self.tiles)
        turns = []
        for j, k in product(range(self.tiles), repeat=2):
            maps = self._turn(x, j, k)
            turns.append(pad(maps, (0, columns - maps.shape[3], 0, rows - maps.shape[2])))
        shuffled = pixel_shuffle(torch.stack(turns, 2).flatten(1, 2), self.tiles)
        return shuffled[..., :height, :width]

    def _turn(self, x: Tensor, j: int, k: int) -> Tensor:
        """The cells that share the kernels (j, k): a convolution with t times the stride."""
        bias = None if self.bias is None else self.bias[j, k]
        x = x[..., j * self.stride :, k * self.stride :]
        return conv2d(x, self.weight[j, k], bias, self.stride * self.tiles)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        filters, channels = self.weight.shape[2:4]
        return (
            f"{channels}, {filters}, kernel={self.kernel}, tiles={self.tiles}, "
            f"stride={self.stride}, padding={self.padding}, bias={self.bias is not None}"
        )


def _initialise(weight: Tensor, bias: Tensor | None) -> None:
    """Draw kernels [., ., ., C, K, K] and biases as torch draws those of a convolution."""
    bound = weight[0, 0, 0].numel() ** -0.5
    for values in (weight, bias):
        if values is not None:
            nn.init.uniform_(values, -bound, bound)
