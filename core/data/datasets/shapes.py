"""Discs, squares, triangles, crosses, rings and stars, anywhere in the picture."""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True)
class ShapesParams:
    """How the shapes differ from each other."""

    size: int = side_option(32)
    count: int = count_option(3000)
    smallest: float = option(
        0.4, 0.1, 1.0, label="Smallest", help="The smallest shape, as a share of the picture."
    )
    largest: float = option(
        0.8, 0.1, 1.0, label="Largest", help="The largest shape, as a share of the picture."
    )
    spread: float = option(
        1.0, 0.0, 1.0, label="Spread",
        help="Where shapes lie: 0 in the centre, 1 anywhere where they are seen whole.",
    )  # fmt: skip
    rotation: float = option(
        15.0, 0.0, 180.0, label="Rotation, at most", unit="°", decimals=0,
        help="Each shape is turned by up to this much to either side.",
    )  # fmt: skip
    colour: bool = option(
        False, label="Colours", help="Light shapes on dark ground in random colours, not grey."
    )
    noise: float = noise_option(0.1)
    seed: int = seed_option()


# Signed distances from the outline of shapes that reach 1 from the centre, negative inside.


def _disc(u: Floats, v: Floats) -> Floats:
    return np.hypot(u, v) - np.float32(0.85)


def _square(u: Floats, v: Floats) -> Floats:
    return np.maximum(abs(u), abs(v)) - np.float32(0.7)


def _triangle(u: Floats, v: Floats) -> Floats:
    """Point up: the three sides are half a radius from the centre."""
    outline: Floats = np.maximum(v, np.sqrt(np.float32(0.75)) * abs(u) - v / 2) - np.float32(0.5)
    return outline


def _cross(u: Floats, v: Floats) -> Floats:
    long, short = np.maximum(abs(u), abs(v)), np.minimum(abs(u), abs(v))
    outline: Floats = np.maximum(long - np.float32(0.95), short - np.float32(0.25))
    return outline


def _ring(u: Floats, v: Floats) -> Floats:
    return abs(np.hypot(u, v) - np.float32(0.7)) - np.float32(0.2)


def _star(u: Floats, v: Floats) -> Floats:
    """Five points, one up: ten equal edges, so that one of them stands for all."""
    sector, inner = np.pi / 5, 0.4
    angle = np.arctan2(u, -v)
    angle = abs((angle + sector) % (2 * sector) - sector)
    radius = np.hypot(u, v)
    edge = np.array([inner * np.cos(sector) - 1, inner * np.sin(sector)])
    normal = np.array([edge[1], -edge[0]]) / np.hypot(*edge)
    away: Floats = normal[0] * (radius * np.cos(angle) - 1) + normal[1] * radius * np.sin(angle)
    return away


SHAPES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "disc": _disc,
    "square": _square,
    "triangle": _triangle,
    "cross": _cross,
    "ring": _ring,
    "star": _star,
}


@dataset("Shapes", source="drawn here", params=ShapesParams)
def shapes(split: str, params: ShapesParams) -> Samples:
    """Light shapes on dark ground, of any size and number."""

    def draw(generator: np.random.Generator, classes: Ints) -> Floats:
        return _drawn(generator, classes, params)

    return drawn_samples(
        "shapes",
        split,
        tuple(SHAPES),
        draw,
        count=params.count,
        seed=params.seed,
        noise=params.noise,
    )


def _drawn(generator: np.random.Generator, classes: Ints, params: ShapesParams) -> Floats:
    """One shape in each picture, with edges that are soft over one pixel."""
    count = len(classes)
    least, most = sorted((params.smallest, params.largest))
    shares = generator.uniform(least, most, (count, 1, 1))
    radius = (params.size / 2 * shares).astype(np.float32)
    room = (params.spread * (params.size / 2 - radius)).astype(np.float32)
    x, y = pixel_grid(params.size)
    across = np.divide(x - room * both_ways(generator, count, 1), radius)
    along = np.divide(y - room * both_ways(generator, count, 1), radius)
    u, v = turned(across, along, both_ways(generator, count, params.rotation))
    distance = np.empty((count, params.size, params.size), np.float32)
    for number, outline in enumerate(SHAPES.values()):
        chosen = classes == number
        distance[chosen] = outline(u[chosen], v[chosen])
    inside = np.clip(0.5 - distance * radius, 0, 1)
    return _coloured(generator, inside) if params.colour else inside


def _coloured(generator: np.random.Generator, inside: Floats) -> Floats:
    """Shapes in random light colours on random dark ones, as [n, H, W, 3]."""
    light = generator.uniform(0.5, 1.0, (len(inside), 1, 1, 3)).astype(np.float32)
    dark = generator.uniform(0.0, 0.4, (len(inside), 1, 1, 3)).astype(np.float32)
    values: Floats = dark + inside[..., None] * (light - dark)
    return values
