"""Pictures that are drawn rather than read, any number of them from a seed."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from core.data.datasets import Samples
from core.data.reading import report
from core.options import option
from core.results import Bytes, Floats, Ints

#: Pictures that are drawn at once: what is drawn for one then depends on no other part.
_PART = 64

#: There is one test picture for each five training pictures.
_TEST_PART = 5

#: Draws the pictures of these classes [n], as values 0 … 1 of [n, H, W] or [n, H, W, 3].
Draw = Callable[[np.random.Generator, Ints], Floats]


def count_option(default: int) -> Any:
    """How many pictures there are to learn from."""
    return option(
        default,
        20,
        1_000_000,
        label="Training pictures",
        help="How many are drawn; a fifth as many others are for testing.",
    )


def side_option(default: int) -> Any:
    """How large they are."""
    return option(default, 8, 256, label="Side", unit="px", help="Height and width of a picture.")


def noise_option(default: float) -> Any:
    """How noisy they are."""
    return option(
        default,
        0.0,
        1.0,
        label="Noise",
        help="Standard deviation of what is added to each pixel; 1 is from black to white.",
    )


def seed_option() -> Any:
    """Which of all possible pictures they are."""
    return option(0, 0, 2**31 - 1, label="Seed", help="Another seed draws other pictures.")


def drawn_samples(
    name: str,
    split: str,
    classes: tuple[str, ...],
    draw: Draw,
    *,
    count: int,
    seed: int,
    noise: float = 0.0,
) -> Samples:
    """Samples of `count` training pictures and a fifth as many for testing, class by class in turn.

    Sample i of a seed is the same however many there are.
    """
    tests = ceil(count / _TEST_PART)
    labels = np.arange(count if split == "train" else tests, dtype=np.int64) % len(classes)
    parts = []
    for begin in range(0, len(labels), _PART):
        generator = np.random.default_rng([seed, split == "train", begin // _PART])
        part = np.arange(begin, begin + _PART) % len(classes)
        values = draw(generator, part)
        values += noise * generator.standard_normal(values.shape, np.float32)
        parts.append(_levels(values[: len(labels) - begin]))
        report(begin, len(labels), "Drawing pictures")
    division = (
        f"{count:,} pictures are drawn for training and {tests:,} others for testing, as many of "
        f"each class, with seed {seed}."
    )
    return Samples(name, split, np.concatenate(parts), labels, classes, division)


def pixel_grid(side: int) -> tuple[Floats, Floats]:
    """The coordinates of pixel centres from the picture's centre, x [1, side] and y [side, 1]."""
    places = np.arange(side, dtype=np.float32) - (side - 1) / 2
    return places[None, :], places[:, None]


def both_ways(generator: np.random.Generator, count: int, reach: float) -> Floats:
    """Numbers [count, 1, 1] of -reach to reach, all equally likely."""
    return generator.uniform(-reach, reach, (count, 1, 1)).astype(np.float32)


def turned(x: Floats, y: Floats, degrees: Floats) -> tuple[Floats, Floats]:
    """The coordinates of a plane that is turned counter-clockwise, y pointing down."""
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return x * cos - y * sin, x * sin + y * cos


def _levels(values: Floats) -> Bytes:
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
