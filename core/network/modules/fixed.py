"""The torch modules of kernels that are given, not learned.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

#: Below the root of a sum of squares, so that its gradient is defined at 0.
NO_EDGE = 1e-12

#: Below the length of a kernel that is divided by it: the odd wave of a single pixel is 0.
_NO_WAVE = 1e-12


class FixedConv2d(nn.Module):
    """Slides kernels [N, K, K] over each of the channels, or `over` their "sum".

    The kernels follow from the settings, so they are not kept among the weights.
    """

    weight: Tensor

    def __init__(
        self,
        kernels: Tensor,
        channels: int,
        stride: int = 1,
        before: int = 0,
        after: int = 0,
        padding_mode: str = "zeros",
        over: str = "each",
    ) -> None:
        super().__init__()
        self.channels, self.stride, self.over = channels, stride, over
        self.before, self.after, self.padding_mode = before, after, padding_mode
        self.sources = channels if over == "each" else 1
        weight = kernels[:, None].repeat(self.sources, 1, 1, 1)
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, N C, H', W'] for maps [B, C, H, W], those of a channel side by side."""
        if self.over == "sum":
            x = x.sum(1, keepdim=True)
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        x = pad(x, (self.before, self.after) * 2, mode)
        return conv2d(x, self.weight, stride=self.stride, groups=self.sources)

    def extra_repr(self) -> str:
        """The arguments that all of them take."""
        return (
            f"{self.channels}, stride={self.stride}, before={self.before}, after={self.after}, "
            f"padding_mode={self.padding_mode!r}, over={self.over!r}"
        )


class FixedKernel(FixedConv2d):
    """A kernel of one's own, row by row."""

    def __init__(
        self, channels: int, *, matrix: tuple[tuple[float, ...], ...], **sliding: Any
    ) -> None:
        super().__init__(torch.tensor([matrix]), channels, **sliding)
        self.matrix = matrix

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"{super().extra_repr()}, matrix={self.matrix}"


class Sobel(FixedConv2d):
    """How steeply brightness grows: along "x", along "y", along "both", or in all ("magnitude")."""

    def __init__(self, channels: int, *, gives: str = "both", **sliding: Any) -> None:
        x = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        kernels = {"x": x[None], "y": x.T[None]}.get(gives, torch.stack([x, x.T]))
        super().__init__(kernels, channels, **sliding)
        self.gives = gives

    def forward(self, x: Tensor) -> Tensor:
        """Maps for maps [B, C, H, W]: x and y of each channel side by side, or what is asked."""
        slopes = super().forward(x)
        if self.gives != "magnitude":
            return slopes
        return (slopes[:, ::2].square() + slopes[:, 1::2].square() + NO_EDGE).sqrt()

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"{super().extra_repr()}, gives={self.gives!r}"


class GaborBank(FixedConv2d):
    """Gabor functions of all directions; those of one wavelength together, the finest first."""

    def __init__(
        self,
        channels: int,
        *,
        orientations: int,
        kernel: int,
        wavelength: float,
        scales: int = 1,
        spread: float = 0.5,
        aspect: float = 1.0,
        phases: str = "both",
        **sliding: Any,
    ) -> None:
        waves = {"even": [torch.cos], "odd": [torch.sin], "both": [torch.cos, torch.sin]}[phases]
        kernels = [
            _gabor(kernel, wavelength * 2**scale, pi * turn / orientations, wave, spread, aspect)
            for scale in range(scales)
            for turn in range(orientations)
            for wave in waves
        ]
        super().__init__(torch.stack(kernels), channels, **sliding)
        self.settings = {
            "orientations": orientations, "kernel": kernel, "wavelength": wavelength,
            "scales": scales, "spread": spread, "aspect": aspect, "phases": phases,
        }  # fmt: skip

    def extra_repr(self) -> str:
        """The arguments that make it."""
        own = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{super().extra_repr()}, {own}"


def _gabor(
    side: int,
    wavelength: float,
    tau: float,
    wave: Callable[[Tensor], Tensor],
    spread: float,
    aspect: float,
) -> Tensor:
    """A wave of 2 pi x' / wavelength under a Gaussian, scaled so that the squares sum to 1.

    x' points `tau` radians from x (right) towards y (down).
    """
    places = torch.arange(side) - (side - 1) / 2
    y, x = torch.meshgrid(places, places, indexing="ij")
    across, along = x * cos(tau) + y * sin(tau), y * cos(tau) - x * sin(tau)
    beta = 1 / (2 * (spread * wavelength) ** 2)
    envelope = torch.exp(-beta * across.square() - beta * aspect**2 * along.square())
    values = envelope * wave(2 * pi / wavelength * across)
    return values / values.square().sum().sqrt().clamp_min(_NO_WAVE)
