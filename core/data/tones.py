"""Brightness, contrast and saturation of pictures, many at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.results import Bytes, Floats

#: Luminance of an RGB pixel, ITU-R BT.601.
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


class Tones(NamedTuple):
    """Factors for each of n pictures, float32 [n]; 1 leaves it as it is.

    `brightness` is that of black, `contrast` that of the mean luminance, `saturation` that of
    the pixel's own grey.
    """

    brightness: Floats
    contrast: Floats
    saturation: Floats

    def part(self, begin: int, end: int) -> Tones:
        """The tones of the pictures from `begin` up to `end`."""
        return Tones(*(values[begin:end] for values in self))


def toned(images: Bytes, tones: Tones) -> Bytes:
    """Pictures [n, H, W, C] in other tones, cut off at black and white only at the end.

    Saturation is for three channels; others have no colour.
    """
    count, height, width, channels = images.shape
    values = images.reshape(count, -1).astype(np.float32)
    # Whole rows are summed up first: pixel by pixel would make loops of length three.
    rows = values.reshape(count, height, -1).mean(1)
    # Luminance is linear: its mean is the luminance of the mean.
    mean = _luminance(rows.reshape(count, width, channels).mean(1))
    scale = tones.brightness * tones.contrast
    values *= scale[:, None]
    values += (mean * tones.brightness * (1 - tones.contrast))[:, None]
    if channels == 3 and (tones.saturation != 1).any():
        _saturate(values.reshape(count, -1, 3), tones.saturation)
    values += np.float32(0.5)
    np.clip(values, 0, 255, out=values)
    return values.astype(np.uint8).reshape(images.shape)


def _saturate(values: Floats, saturation: Floats) -> None:
    """Move the pixels [n, P, 3] from their own grey by a factor [n], in place."""
    grey = _luminance(values)
    grey *= 1 - saturation[:, None]
    for channel in range(3):
        plane = values[..., channel]
        plane *= saturation[:, None]
        plane += grey


def _luminance(pixels: Floats) -> Floats:
    """The luminance of pixels [..., C]; of other than three channels their mean."""
    channels = pixels.shape[-1]
    weights = LUMINANCE if channels == 3 else np.full(channels, 1 / channels, np.float32)
    luminance: Floats = pixels @ weights
    return luminance
