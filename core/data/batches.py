"""Training batches from pictures in memory, many at a time.

The pictures stay bytes in main memory; what is drawn, gathered and converted is a chunk of many
batches at once, so that the cost of a call is shared by a thousand pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.data.augment import UNCHANGED, AugmentParams, Changer, drawn
from core.data.reused import Reused
from core.data.strip import Strip
from core.errors import UserError
from core.results import Bytes, Floats

#: Values in one chunk: 2 MB as float32, which caches still hold, and calls are few enough.
CHUNK = 2**19


def batches(
    strip: Strip,
    labels: Tensor,
    batch: int,
    generator: torch.Generator,
    params: AugmentParams = UNCHANGED,
    mean: Sequence[float] = (0.0,),
    std: Sequence[float] = (1.0,),
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    skip: int = 0,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch in a random order: pictures [B, C, H, W] on `device`, and their labels [B].

    The pictures of `strip` and `generator` are on the CPU, so that a seed gives the same epoch on
    every device; the next epoch from the same strip finds it laid out.  Values are
    (x / 255 - mean) / std by channel, within 1e-6.  The last batch holds what is left; the first
    `skip` batches are left out, the others the same.
    Raises UserError if a batch is larger than the whole, or the channels do not match.
    """
    images, size = strip.images, strip.size
    _check(images.shape, batch, len(mean))
    order = torch.randperm(len(images), generator=generator)
    draws = drawn(len(images), images.shape[1:3], generator, params)
    changer = Changer(strip, order.numpy(), draws, params.fill, mean)
    scale = _Scale.of(mean, std, size)
    together = max(1, CHUNK // (size * batch))
    chunks = Reused((together * batch, size))
    answers = torch.split(labels[order].to(device), batch)

    def epoch() -> Iterator[tuple[Tensor, Tensor]]:
        for first in range(skip, len(answers), together):
            known = answers[first : first + together]
            levels = changer.changed(first * batch, (first + together) * batch)
            values = scale.values(levels, chunks.free(len(levels))).view(levels.shape)
            pictures = values.permute(0, 3, 1, 2).to(device, dtype)
            del values  # of whom the consumer holds nothing any more, that chunk is used again
            yield from zip(torch.split(pictures, batch), known, strict=True)

    return epoch()


@dataclass(frozen=True, eq=False)
class _Scale:
    """Bytes to float32 (x / 255 - mean) / std, as x * factor + offset."""

    factor: Tensor
    offset: Tensor

    @classmethod
    def of(cls, mean: Sequence[float], std: Sequence[float], size: int) -> _Scale:
        """For pictures of `size` values, with one value of mean and std for each channel."""
        # One number per value: the channels side by side would make loops of length three.
        repeats = size // len(mean)
        centre, width = np.array(mean), np.array(std)
        factor = np.tile(1 / (255 * width), repeats)
        offset = np.tile(-centre / width, repeats)
        return cls(*(torch.from_numpy(row.astype(np.float32)) for row in (factor, offset)))

    def values(self, levels: Bytes, out: Floats) -> Tensor:
        """The values of pictures [n, H, W, C], in `out` [n, H * W * C], as a tensor of that.

        They depend neither on n nor on how torch shares them among its threads.
        """
        values = torch.from_numpy(out)
        values.copy_(torch.from_numpy(levels.reshape(out.shape)))
        return torch.addcmul(self.offset, values, self.factor, out=values)


def _check(shape: tuple[int, ...], batch: int, channels: int) -> None:
    count, *_, given = shape
    if not 1 <= batch <= count:
        raise UserError(
            f"A batch of {batch} does not fit a training set of {count} pictures; "
            f"choose 1 to {count}."
        )
    if given != channels:
        raise UserError(
            f"The pictures have {given} channels, but the network reads {channels}; "
            "choose another data set or another input shape."
        )
