"""The lectures' X and O, shifted, shrunk, rotated and deformed."""

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

CLASSES = ("X", "O")

#: The lectures' picture has 9 x 9 cells, in which a letter reaches 3 cells from the centre.
CELLS, REACH = 9, 3

#: Half the thickness of a line: it then covers the cells on a diagonal, and none beside it.
_HALF_LINE = np.sqrt(0.5) / 2

#: Waves of which a deformation is made; shorter ones would tear a letter.
_SHORTEST, _LONGEST = 5.0, 12.0


@dataclass(frozen=True)
class XOParams:
    """What happens to a letter; in cells, of which a picture has 9 x 9."""

    size: int = side_option(9)
    count: int = count_option(1000)
    shift: float = option(
        1.0, 0.0, 4.0, label="Shift, at most", unit="cells",
        help="Each letter lies up to this far from the centre, down or across.",
    )  # fmt: skip
    shrink: float = option(
        0.3, 0.0, 0.8, label="Shrink, at most", help="Up to this share of its size is lost."
    )
    rotation: float = option(
        20.0, 0.0, 180.0, label="Rotation, at most", unit="°", decimals=0,
        help="Each letter is turned by up to this much to either side.",
    )  # fmt: skip
    deform: float = option(
        0.5, 0.0, 2.0, label="Deform", unit="cells",
        help="Its lines are bent by about this much.",
    )  # fmt: skip
    noise: float = noise_option(0.05)
    seed: int = seed_option()


@dataset("X and O", source="the lectures' X, which stays an X", params=XOParams)
def xo(split: str, params: XOParams) -> Samples:
    """White letters on black; with nothing done to it and 9 px, the X is the lectures'."""

    def draw(generator: np.random.Generator, classes: Ints) -> Floats:
        return _drawn(generator, classes, params)

    return drawn_samples(
        "xo", split, CLASSES, draw, count=params.count, seed=params.seed, noise=params.noise
    )


def _drawn(generator: np.random.Generator, classes: Ints, params: XOParams) -> Floats:
    count, cell = len(classes), params.size / CELLS
    x, y = (places / np.float32(cell) for places in pixel_grid(params.size))
    u = x - both_ways(generator, count, params.shift)
    v = y - both_ways(generator, count, params.shift)
    u, v = turned(u, v, both_ways(generator, count, params.rotation))
    scale = 1 - params.shrink * generator.random((count, 1, 1), np.float32)
    u, v = u / scale, v / scale
    across, along = _bend(generator, u, v), _bend(generator, u, v)
    u, v = u + params.deform * across, v + params.deform * along
    is_x = (classes == 0)[:, None, None]
    distance = np.where(is_x, _from_x(u, v), abs(np.hypot(u, v) - REACH)) * scale
    # Soft over the diagonal of a pixel, which leaves the cells beside a diagonal black.
    soft = np.sqrt(0.5) / cell
    values: Floats = np.clip(0.5 + (_HALF_LINE - distance) / soft, 0, 1).astype(np.float32)
    return values


def _from_x(u: Floats, v: Floats) -> Floats:
    """The distance from the nearer of two diagonal lines."""
    one, other = (u + v) / np.sqrt(2), (u - v) / np.sqrt(2)
    end = REACH * np.sqrt(2)
    beyond = (np.maximum(abs(line) - end, 0) for line in (one, other))
    rising, falling = (
        np.hypot(past, beside) for past, beside in zip(beyond, (other, one), strict=True)
    )
    nearer: Floats = np.minimum(rising, falling)
    return nearer


def _bend(generator: np.random.Generator, u: Floats, v: Floats) -> Floats:
    """A wave in a random direction, of about 1 cell: by how much each place is moved."""
    count = len(u)
    direction = generator.uniform(0, 2 * np.pi, (count, 1, 1))
    length = generator.uniform(_SHORTEST, _LONGEST, (count, 1, 1))
    phase = generator.uniform(0, 2 * np.pi, (count, 1, 1))
    way = u * np.cos(direction) + v * np.sin(direction)
    wave: Floats = np.sin(2 * np.pi * way / length + phase).astype(np.float32)
    return wave
