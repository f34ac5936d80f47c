"""What a data set is like: its classes' sizes, its mean picture, its channels' mean and spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.results import Bytes, Floats, Ints

#: Values that are summed up at once: 8 MB as float64.
_PART = 2**20


class Channels(NamedTuple):
    """Mean and standard deviation of each channel, of values 0 … 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


def class_counts(labels: Ints, classes: int) -> Ints:
    """How many samples [classes] there are of each class."""
    return np.bincount(labels, minlength=classes).astype(np.int64)


def imbalance(counts: Ints) -> float:
    """How many times more samples the largest class has than the smallest; inf if that is empty."""
    if counts.size == 0 or counts.max() == 0:
        return 1.0
    return float(counts.max() / counts.min()) if counts.min() else float("inf")


def mean_picture(images: Bytes) -> Floats:
    """The mean [H, W] or [H, W, C] of pictures [n, H, W] or [n, H, W, C], as levels 0 … 255."""
    total = np.zeros(images.shape[1:])
    for part in _parts(images):
        total += part.sum(0, dtype=np.float64)
    return (total / max(len(images), 1)).astype(np.float32)


def level_counts(images: Bytes) -> Ints:
    """How many pixels [channels, 256] of pictures [n, H, W] or [n, H, W, C] have each level."""
    channels = images.shape[3] if images.ndim == 4 else 1
    pixels = images.reshape(-1, channels)
    counts = [np.bincount(pixels[:, number], minlength=256) for number in range(channels)]
    return np.stack(counts).astype(np.int64)


def channel_statistics(counts: Ints) -> Channels:
    """Mean and deviation by channel, from how many pixels [channels, 256] have each level."""
    levels = np.arange(256) / 255
    total = np.maximum(counts.sum(1), 1)
    mean = counts @ levels / total
    std = np.sqrt(np.maximum(counts @ levels**2 / total - mean**2, 0))
    return Channels(tuple(mean.tolist()), tuple(std.tolist()))


def _parts(images: Bytes) -> list[Bytes]:
    """The pictures a few at a time."""
    size = max(1, _PART // max(1, images[0].size if len(images) else 1))
    return [images[begin : begin + size] for begin in range(0, len(images), size)]
