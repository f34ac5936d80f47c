"""Training batches from pictures in memory, shifted and mirrored at random, many at a time.

The pictures stay bytes in main memory; what is drawn, gathered and converted is a chunk of many
batches at once, so that the cost of a call is shared by a thousand pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor

from core.errors import UserError
from core.options import option
from core.results import Bytes, Floats, Ints

#: Values in one chunk: 1 MB as float32, which the cache of one core still holds.
CHUNK = 2**18


@dataclass(frozen=True)
class AugmentParams:
    """How a training picture is changed each time that it is shown; by default not at all."""

    shift: int = option(
        0,
        0,
        16,
        label="Shift, at most",
        unit="px",
        help="Each picture moves by up to this much in both directions.",
    )
    fill: str = option(
        "zero",
        label="Fill",
        choices={"zero": "Black", "edge": "The edge's pixels"},
        help="What comes in where a picture has moved away.",
    )
    flip: bool = option(False, label="Mirror", help="Half of the pictures are mirrored, at random.")


UNCHANGED = AugmentParams()


class Moves(NamedTuple):
    """How each of n pictures moves: by `down` and `right` px [n], then `mirrored` or not [n]."""

    down: Ints
    right: Ints
    mirrored: NDArray[np.bool_]

    def part(self, begin: int, end: int) -> Moves:
        """The moves of the pictures from `begin` up to `end`."""
        return Moves(self.down[begin:end], self.right[begin:end], self.mirrored[begin:end])


def drawn_moves(count: int, generator: torch.Generator, params: AugmentParams) -> Moves:
    """Moves for `count` pictures: every shift equally likely, mirrored with probability 1/2."""
    reach = (-params.shift, params.shift + 1)
    down = torch.randint(*reach, (count,), generator=generator)
    right = torch.randint(*reach, (count,), generator=generator)
    mirrored = torch.rand(count, generator=generator) < (0.5 if params.flip else 0.0)
    return Moves(down.numpy(), right.numpy(), mirrored.numpy())


def moved(images: Bytes, moves: Moves, fill: str = "zero") -> Bytes:
    """Pictures [n, H, W, C] after their moves; `fill` is "zero" or "edge"."""
    count, height, width, channels = images.shape
    reach = int(max(np.abs(moves.down).max(initial=0), np.abs(moves.right).max(initial=0)))
    # Rows of bytes, whatever the channels: a window's row is then one stretch of memory.
    canvas = _padded(images, reach, fill).reshape(count, height + 2 * reach, -1)
    windows = sliding_window_view(canvas, (height, width * channels), (1, 2))
    seen = windows[np.arange(count), reach - moves.down, (reach - moves.right) * channels]
    result: Bytes = seen.reshape(images.shape)
    result[moves.mirrored] = result[moves.mirrored][:, :, ::-1]
    return result


def _padded(images: Bytes, reach: int, fill: str) -> Bytes:
    """Pictures with a margin of `reach` px on all sides."""
    if fill == "edge":
        margin = (reach, reach)
        return np.pad(images, ((0, 0), margin, margin, (0, 0)), mode="edge")
    count, height, width, channels = images.shape
    canvas = np.zeros((count, height + 2 * reach, width + 2 * reach, channels), np.uint8)
    canvas[:, reach : reach + height, reach : reach + width] = images
    return canvas


def batches(
    images: Tensor,
    labels: Tensor,
    batch: int,
    generator: torch.Generator,
    params: AugmentParams = UNCHANGED,
    mean: Sequence[float] = (0.0,),
    std: Sequence[float] = (1.0,),
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch in a random order: pictures [B, C, H, W] on `device`, and their labels [B].

    `images` [n, H, W] or [n, H, W, C] uint8 and `generator` are on the CPU, so that a seed gives
    the same epoch on every device.  Values are (x / 255 - mean) / std by channel, within 1e-6.
    The last batch holds what is left.  Raises UserError if a batch is larger than the whole, or
    the channels do not match.
    """
    _check(images, batch, len(mean))
    order = torch.randperm(len(images), generator=generator)
    moves = drawn_moves(len(images), generator, params)
    pixels = images.numpy() if images.ndim == 4 else images.numpy()[..., None]
    step = max(1, CHUNK // (images[0].numel() * batch)) * batch

    def epoch() -> Iterator[tuple[Tensor, Tensor]]:
        for begin in range(0, len(order), step):
            chosen = order[begin : begin + step]
            part = moves.part(begin, begin + step)
            chunk = _normalised(moved(pixels[chosen], part, params.fill), mean, std)
            values = torch.from_numpy(chunk).permute(0, 3, 1, 2).to(device, dtype)
            answers = labels[chosen].to(device)
            yield from zip(torch.split(values, batch), torch.split(answers, batch), strict=True)

    return epoch()


def _normalised(levels: Bytes, mean: Sequence[float], std: Sequence[float]) -> Floats:
    """Bytes [n, H, W, C] as float32 (x / 255 - mean) / std, in two steps: x * scale + offset.

    In numpy, on one thread: torch's threads would wait for each other for longer than this takes.
    """
    values = levels.astype(np.float32).reshape(len(levels), -1)
    channels = len(mean)
    # One value per pixel and channel: the channels side by side would make loops of length three.
    pixels = values.shape[1] // channels if channels > 1 else 1
    centre, width = np.array(mean), np.array(std)
    values *= np.tile(1 / (255 * width), pixels).astype(np.float32)
    values += np.tile(-centre / width, pixels).astype(np.float32)
    return values.reshape(levels.shape)


def _check(images: Tensor, batch: int, channels: int) -> None:
    if not 1 <= batch <= len(images):
        raise UserError(
            f"A batch of {batch} does not fit a training set of {len(images)} pictures; "
            f"choose 1 to {len(images)}."
        )
    given = images.shape[3] if images.ndim == 4 else 1
    if given != channels:
        raise UserError(
            f"The pictures have {given} channels, but the network reads {channels}; "
            "choose another data set or another input shape."
        )
