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
from core.errors import UserError
from core.results import Bytes, Floats

#: Values in one chunk: 1 MB as float32, which the cache of one core still holds.
CHUNK = 2**18


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
    skip: int = 0,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch in a random order: pictures [B, C, H, W] on `device`, and their labels [B].

    `images` [n, H, W] or [n, H, W, C] uint8 and `generator` are on the CPU, so that a seed gives
    the same epoch on every device.  Values are (x / 255 - mean) / std by channel, within 1e-6.
    The last batch holds what is left; the first `skip` batches are left out, the others the same.
    Raises UserError if a batch is larger than the whole, or the channels do not match.
    """
    _check(images, batch, len(mean))
    order = torch.randperm(len(images), generator=generator)
    pixels = images.numpy() if images.ndim == 4 else images.numpy()[..., None]
    draws = drawn(len(images), pixels.shape[1:3], generator, params)
    changer = Changer(pixels, draws, params.fill, mean)
    scale = _Scale.of(mean, std, images[0].numel())
    answers = labels[order]
    step = max(1, CHUNK // (images[0].numel() * batch)) * batch
    chunks = Reused((step, images[0].numel()))

    def epoch() -> Iterator[tuple[Tensor, Tensor]]:
        for begin in range(skip * batch, len(order), step):
            levels = changer.changed(order[begin : begin + step].numpy(), begin)
            values = scale.values(levels, chunks.free(len(levels))).reshape(levels.shape)
            pictures = torch.from_numpy(values).permute(0, 3, 1, 2).to(device, dtype)
            known = answers[begin : begin + step].to(device)
            del values  # of whom the consumer holds nothing any more, that chunk is used again
            yield from zip(torch.split(pictures, batch), torch.split(known, batch), strict=True)

    return epoch()


@dataclass(frozen=True, eq=False)
class _Scale:
    """Bytes to float32 (x / 255 - mean) / std in two steps: x * factor + offset.

    In numpy, on one thread: torch's threads would wait for each other for longer than this takes.
    """

    factor: Floats
    offset: Floats

    @classmethod
    def of(cls, mean: Sequence[float], std: Sequence[float], size: int) -> _Scale:
        """For pictures of `size` values, with one value of mean and std for each channel."""
        # One number per value: the channels side by side would make loops of length three.
        repeats = size // len(mean) if len(mean) > 1 else 1
        centre, width = np.array(mean), np.array(std)
        factor = np.tile(1 / (255 * width), repeats)
        offset = np.tile(-centre / width, repeats)
        return cls(factor.astype(np.float32), offset.astype(np.float32))

    def values(self, levels: Bytes, out: Floats) -> Floats:
        """The values of pictures [n, H, W, C], in `out` [n, H * W * C]."""
        out[...] = levels.reshape(out.shape)
        out *= self.factor
        out += self.offset
        return out


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
