"""Change an image, step by step and scale by scale, into what a layer responds to.

Source: Mordvintsev, Olah & Tyka 2015, "Inceptionism", Google AI blog, and their notebook
(normalised gradient, jitter, octaves, several scales of the gradient).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from core.analysis.front import Front
from core.errors import UserError
from core.network.subject import Subject
from core.results import Bytes

#: From octave to octave, as in the notebook.
OCTAVE_SCALE = 1.4
#: Keeps a gradient of zeros zero when it is divided by its mean.
TINY = 1e-12


class Ascent:
    """Steps towards what `front` responds to.

    `strength`: how far the mean pixel moves in a step, in grey levels of 255.  `jitter`: the
    image is moved by up to so many pixels for each step, so that no place under a stride is
    preferred.  `smoothness`: how many coarser scales of the gradient count as much as the finest.
    """

    def __init__(
        self, front: Front, *, strength: float, jitter: int, smoothness: int, seed: int
    ) -> None:
        preprocessing = front.subject.model.preprocessing
        self.front = front
        self._grey_level = len(preprocessing.std) / sum(preprocessing.std) / 255
        self._strength = strength
        self._jitter, self._smoothness = jitter, smoothness
        self._generator = torch.Generator().manual_seed(seed)
        blank = torch.zeros(preprocessing.channels, 1, 1, device=front.subject.device)
        self._black, self._white = (preprocessing.normalise(blank + level) for level in (0, 1))

    def step(self, image: Tensor) -> tuple[Tensor, float]:
        """A step up from an image [1, C, H, W], within black and white; the response before it."""
        shift = torch.randint(2 * self._jitter + 1, (2,), generator=self._generator).tolist()
        pull = self.front.pull(image.roll(shift, (2, 3)))
        way = smoothed(pull.gradient, self._smoothness).roll([-pixels for pixels in shift], (2, 3))
        moved = image + way * (self.length(self._strength) / (way.abs().mean() + TINY))
        return self.clipped(moved), pull.response

    def length(self, grey_levels: float) -> float:
        """So many grey levels of 255 in the network's units, on the mean over its channels."""
        return grey_levels * self._grey_level

    def clipped(self, image: Tensor) -> Tensor:
        """The nearest image that can be shown."""
        return torch.minimum(torch.maximum(image, self._black), self._white)


def smoothed(gradient: Tensor, levels: int) -> Tensor:
    """The sum of a gradient [1, C, H, W] at its own and `levels` coarser scales, all as strong."""
    size = gradient.shape[-2:]
    total = gradient / (gradient.std() + TINY)
    for _ in range(levels):
        if min(gradient.shape[-2:]) < 2:
            break
        gradient = avg_pool2d(gradient, 2, ceil_mode=True, count_include_pad=False)
        total = total + resized(gradient / (gradient.std() + TINY), size)
    return total


def resized(image: Tensor, size: Sequence[int]) -> Tensor:
    """An image [1, C, H, W] at another size (height, width)."""
    if tuple(image.shape[-2:]) == tuple(size):
        return image
    smaller = image.shape[-2] > size[0]
    return interpolate(image, tuple(size), mode="bilinear", align_corners=False, antialias=smaller)


def prepared(subject: Subject, frame: Bytes, longest: int) -> Tensor:
    """A whole frame as the network wants it, [1, C, h, w], at most `longest` px high and wide."""
    size = fitted(frame.shape[:2], longest)
    whole = replace(subject.model.preprocessing, size=size, crop_share=1.0)
    return whole.prepare(frame, subject.device).image[None]


def fitted(size: Sequence[int], longest: int) -> tuple[int, int]:
    """The size (height, width) of the same shape that is at most `longest` px high and wide."""
    share = min(1.0, longest / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def octave_sizes(size: Sequence[int], octaves: int) -> list[tuple[int, int]]:
    """The sizes to dream at, smallest first, up to `size`."""
    scales = [OCTAVE_SCALE**octave for octave in reversed(range(octaves))]
    return [(max(1, round(size[0] / scale)), max(1, round(size[1] / scale))) for scale in scales]


def fitting(front: Front, sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of `sizes`, smallest first, that are not too small for the layers.

    Raises UserError if all are.
    """
    for first, smallest in enumerate(sizes):
        if front.fits(*smallest):
            return list(sizes[first:])
    raise UserError(_does_not_fit(front, *sizes[-1]))


def _does_not_fit(front: Front, height: int, width: int) -> str:
    subject = front.subject
    own = " x ".join(map(str, reversed(subject.input_size)))
    problem = f"{front.layer} cannot dream on {width} x {height} px"
    maps = subject.feature_layers()
    if front.layer in maps:
        return f"{problem}: that is too small for it; choose an earlier layer or a larger picture."
    instead = f"a layer of maps such as {maps[-1]}" if maps else "another network"
    return f"{problem}: its weights are made for {own} px; choose {instead}."
