"""A data set as batches in the form that a network reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from core.data.augment import AugmentParams
from core.data.batches import batches
from core.data.datasets import Samples
from core.data.strip import Strip
from core.network.preprocessing import FORMS, Preprocessing
from core.network.spec import Shape

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class Feed:
    """Samples for a network whose input has this shape, brought to its device."""

    samples: Samples
    preprocessing: Preprocessing
    shape: Shape
    device: torch.device

    def shuffled(
        self, size: int, seed: int, augment: AugmentParams, begin: int = 0
    ) -> Iterator[Batch]:
        """The batches of an epoch in an order drawn from `seed`, from batch number `begin` on."""
        shuffled = batches(
            self._strip,
            torch.from_numpy(self.samples.labels),
            size,
            torch.Generator().manual_seed(seed),
            augment,
            self.preprocessing.mean,
            self.preprocessing.std,
            self.device,
            skip=begin,
        )
        return ((formed(images, self.shape), labels) for images, labels in shuffled)

    @cached_property
    def _strip(self) -> Strip:
        """The pictures, laid out once for all epochs."""
        return Strip(self.samples.images)

    def slice(self, first: int, count: int) -> Batch:
        """The samples from `first` on, unchanged and in their order: `count`, or what is left."""
        levels = torch.from_numpy(self.samples.images[first : first + count]).to(self.device)
        pixels = levels[..., None] if levels.ndim == 3 else levels
        images = self.preprocessing.normalise(pixels.permute(0, 3, 1, 2).float() / 255)
        labels = torch.from_numpy(self.samples.labels[first : first + count]).to(self.device)
        return formed(images, self.shape), labels


def formed(images: Tensor, shape: Shape) -> Tensor:
    """Pictures [B, C, H, W] in the form of an input `shape`.

    A signal [C, T] is a grey picture of C x T pixels; a clip is a picture that stands still.
    """
    form = FORMS[len(shape)]
    if form == "signal":
        return images[:, 0]
    if form == "clip":
        return images[:, :, None].expand(-1, -1, shape[1], -1, -1).contiguous()
    return images
