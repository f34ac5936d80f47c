"""A caller's module and images, as the window takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from core.data.datasets import DATASETS, DataSet, Samples
from core.data.images import load_image
from core.data.source import Source, photographs
from core.errors import UserError
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.results import Bytes

#: The data set under which the caller's images are found.
NAME = "inspected"


def inspected(
    module: nn.Module,
    input_shape: tuple[int, int, int],
    classes: Sequence[str],
    images: Sequence[Any],
    mean: Sequence[float] | None,
    std: Sequence[float] | None,
    name: str,
) -> tuple[Snapshot, Source]:
    """The module as a snapshot, and the first of its images, or a photograph, as its input.

    Raises UserError if the shape, the normalisation or an image is not what it should be.
    """
    if not isinstance(module, nn.Module):
        raise UserError(f"inspect() looks at an nn.Module, not at a {type(module).__name__}.")
    if len(input_shape) != 3 or input_shape[0] < 1 or min(input_shape) < 1:
        raise UserError(f"input_shape is {input_shape!r}; give (channels, height, width) in px.")
    channels, height, width = input_shape
    preprocessing = Preprocessing(
        (height, width),
        _per_channel("mean", mean, 0.0, channels),
        _per_channel("std", std, 1.0, channels),
    )
    model = Model(name or type(module).__name__, preprocessing, classes=tuple(classes))
    pictures = tuple(_picture(image) for image in images)
    if not pictures:
        return Snapshot(model, module=module), photographs()[0]
    _offer(pictures)
    return Snapshot(model, module=module), Source("sample", NAME)


def _per_channel(
    name: str, given: Sequence[float] | None, default: float, channels: int
) -> tuple[float, ...]:
    if given is None:
        return (default,) * channels
    if len(given) != channels:
        raise UserError(
            f"{name} has {len(given)} numbers; give one for each of {channels} channels."
        )
    return tuple(float(value) for value in given)


def _picture(image: Any) -> Bytes:
    if isinstance(image, str | Path):
        return load_image(Path(image))
    array = np.asarray(image)
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,)):
        raise UserError(
            f"An image is {array.dtype} {array.shape}; give paths, or uint8 [H, W] or [H, W, 3]."
        )
    return array


def _offer(pictures: tuple[Bytes, ...]) -> None:
    """Register the images as a data set, in place of those of an earlier call."""
    samples = Samples(NAME, "test", pictures, np.zeros(len(pictures), np.int64), ("image",))
    if NAME in DATASETS:
        DATASETS.remove(NAME)
    DATASETS.add(NAME, DataSet(NAME, "Your images", "inspect()", lambda split: samples))
