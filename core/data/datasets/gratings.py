"""Stripes and bars in several orientations: what simple cells of the visual cortex tell apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.synthetic import (
    both_ways,
    count_option,
    drawn_samples,
    noise_option,
    pixel_grid,
    seed_option,
    side_option,
    turned,
)
from core.options import option
from core.results import Floats, Ints

#: The length of a bar, as a share of the picture's side.
_BAR_LENGTH = 0.7


@dataclass(frozen=True)
class GratingsParams:
    """Which orientations there are, and how alike the pictures of one are."""

    size: int = side_option(32)
    count: int = count_option(2000)
    orientations: int = option(
        8, 2, 36, label="Orientations", help="How many classes there are, evenly over 180°."
    )
    kind: str = option(
        "gratings",
        label="Kind",
        choices={"gratings": "Gratings", "bars": "Bars", "both": "Both"},
        help="Stripes over the whole picture, one bar somewhere in it, or as many of both.",
    )
    wavelength: float = option(
        8.0, 2.0, 256.0, label="Wavelength", unit="px",
        help="The width of a light and a dark stripe; a bar is half as wide.",
    )  # fmt: skip
    contrast: float = option(
        0.8, 0.0, 1.0, label="Contrast", help="1 goes from black to white, 0 is plain grey."
    )
    jitter: float = option(
        0.0, 0.0, 45.0, label="Jitter, at most", unit="°",
        help="Each picture is turned away from its class by up to this much.",
    )  # fmt: skip
    noise: float = noise_option(0.1)
    seed: int = seed_option()


@dataset("Gratings and bars", source="drawn here", params=GratingsParams)
def gratings(split: str, params: GratingsParams) -> Samples:
    """Grey stripes or bars anywhere in the picture.

    A class is the direction along the stripes, counter-clockwise: 0° lies, 90° stands.
    """
    step = 180 / params.orientations
    classes = tuple(f"{number * step:g}°" for number in range(params.orientations))

    def draw(generator: np.random.Generator, labels: Ints) -> Floats:
        return _drawn(generator, labels * step, params)

    return drawn_samples(
        "gratings",
        split,
        classes,
        draw,
        count=params.count,
        seed=params.seed,
        noise=params.noise,
    )


def _drawn(generator: np.random.Generator, degrees: Floats, params: GratingsParams) -> Floats:
    count = len(degrees)
    turn = degrees[:, None, None] + both_ways(generator, count, params.jitter)
    along, across = turned(*pixel_grid(params.size), turn)
    phase = generator.uniform(0, 2 * np.pi, (count, 1, 1))
    waves = np.cos(2 * np.pi * across / params.wavelength + phase)
    bars = _bars(generator, along, across, params)
    is_bar = (
        generator.random((count, 1, 1)) < {"gratings": 0.0, "bars": 1.0, "both": 0.5}[params.kind]
    )
    values = 0.5 + params.contrast / 2 * np.where(is_bar, bars, waves)
    return values.astype(np.float32)


def _bars(
    generator: np.random.Generator, along: Floats, across: Floats, params: GratingsParams
) -> Floats:
    """Light bars (1) on dark ground (-1), their centre up to a quarter of the side off."""
    count, reach = len(along), params.size / 4
    beside = abs(across - both_ways(generator, count, reach)) - params.wavelength / 4
    beyond = abs(along - both_ways(generator, count, reach)) - params.size * _BAR_LENGTH / 2
    inside: Floats = np.clip(0.5 - np.maximum(beside, beyond), 0, 1) * 2 - 1
    return inside
