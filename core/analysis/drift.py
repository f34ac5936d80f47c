"""How far has the whole picture moved from one frame to the next?"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import pad

#: Another scene is one whose correlation has no peak of so many times the height that the highest
#: of as many random numbers has; the same picture moved has a peak of 1.
ABOVE_CHANCE = 2.0
#: Keeps frequencies that a picture lacks at nothing.
TINY = 1e-6


def drift(before: Tensor, after: Tensor) -> tuple[int, int] | None:
    """Pixels down and right that a picture [1, C, H, W] moved; None if it is another scene.

    Phase correlation (Kuglin & Hines 1975): the cross-power spectrum of a moved picture is a
    wave whose transform is a peak at the movement.
    """
    height, width = size = after.shape[-2:]
    window = torch.outer(
        torch.hann_window(height, periodic=False, device=after.device),
        torch.hann_window(width, periodic=False, device=after.device),
    )
    first, second = (
        torch.fft.rfft2((picture - picture.mean()) * window)
        for picture in (before.mean((0, 1)), after.mean((0, 1)))
    )
    cross = second * first.conj()
    correlation = torch.fft.irfft2(cross / (cross.abs() + TINY), s=size)
    peak = int(correlation.argmax())
    chance = math.sqrt(2 * math.log(height * width) / (height * width))
    if correlation.flatten()[peak] <= ABOVE_CHANCE * chance:
        return None
    down, right = divmod(peak, width)
    return (down + height // 2) % height - height // 2, (right + width // 2) % width - width // 2


def carried(picture: Tensor, down: int, right: int) -> Tensor:
    """A picture [1, C, H, W] moved by so many pixels, with zeros where nothing was."""
    return pad(picture, (right, -right, down, -down))
