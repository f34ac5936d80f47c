from __future__ import annotations

from math import radians

import numpy as np
import pytest
import torch
from torch.nn.functional import affine_grid, grid_sample

from core.data.moves import Mover, Moves
from core.data.strip import Strip
from core.data.warp import Views, sources, warped
from core.results import Bytes, Floats

RNG = np.random.default_rng(5)
COUNT = 30

#: Levels: places are whole steps of 1/256 px, and the result is a byte.
ROUNDING = 1.5


def drawn_views(count: int = COUNT) -> Views:
    values = (
        RNG.uniform(-3, 3, count),
        RNG.uniform(0.3, 1, count),
        RNG.uniform(0.3, 1, count),
        RNG.uniform(-0.3, 0.3, count),
        RNG.uniform(-0.3, 0.3, count),
    )
    return Views(*(part.astype(np.float32) for part in values))


def still(count: int = 1, angle: float = 0.0, side: float = 1.0) -> Views:
    parts = (angle, side, side, 0.0, 0.0)
    return Views(*(np.full(count, value, np.float32) for value in parts))


def drawn_moves(count: int = COUNT, reach: int = 2) -> Moves:
    down, right = RNG.integers(-reach, reach + 1, (2, count))
    return Moves(down, right, RNG.random(count) < 0.5)


def unmoved(count: int = 1) -> Moves:
    nowhere = np.zeros(count, np.int64)
    return Moves(nowhere, nowhere, np.zeros(count, np.bool_))


def by_torch(images: Bytes, maps: Floats, padding: str) -> Floats:
    """The same look-up by torch, whose coordinates go from -1 to 1 between the outer edges."""
    _, height, width, _ = images.shape
    sides = torch.tensor([width / 2, height / 2], dtype=torch.float64)
    theta = torch.from_numpy(maps).double()
    theta[:, :, :2] *= sides
    theta /= sides[:, None]
    pictures = torch.from_numpy(images).double().permute(0, 3, 1, 2)
    grid = affine_grid(theta, list(pictures.shape), align_corners=False)
    seen = grid_sample(pictures, grid, "bilinear", padding, align_corners=False)
    return seen.permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize(("fill", "padding"), [("zero", "zeros"), ("edge", "border")])
@pytest.mark.parametrize("shape", [(12, 17, 1), (9, 9, 3)])
def test_the_look_up_is_that_of_torch(shape: tuple[int, int, int], fill: str, padding: str) -> None:
    images = RNG.integers(0, 256, (COUNT, *shape), np.uint8)
    maps = sources(drawn_views(), drawn_moves(), shape[:2])
    difference = warped(images, maps, fill) - by_torch(images, maps, padding)
    assert np.abs(difference).max() <= ROUNDING


@pytest.mark.parametrize("fill", ["zero", "edge"])
def test_without_a_view_it_is_the_move_alone(fill: str) -> None:
    images, moves = RNG.integers(0, 256, (COUNT, 8, 11, 3), np.uint8), drawn_moves()
    maps = sources(still(COUNT), moves, (8, 11))
    assert np.array_equal(
        warped(images, maps, fill),
        Mover(Strip(images), np.arange(COUNT), moves, fill).moved(0, COUNT),
    )


def test_a_positive_angle_turns_counter_clockwise() -> None:
    picture = RNG.integers(0, 256, (1, 7, 7, 1), np.uint8)
    maps = sources(still(angle=radians(90)), unmoved(), (7, 7))
    assert np.array_equal(warped(picture, maps)[0], np.rot90(picture[0]))


def test_a_crop_of_half_the_sides_is_the_middle_enlarged() -> None:
    picture = np.zeros((1, 8, 8, 1), np.uint8)
    picture[0, 2:6, 2:6] = 200
    maps = sources(still(side=0.5), unmoved(), (8, 8))
    seen = warped(picture, maps)[0, ..., 0]
    assert (seen[1:-1, 1:-1] == 200).all()
    assert (seen[0, 1:-1] == 150).all()


def test_the_parts_of_views_are_theirs() -> None:
    views = drawn_views()
    assert np.array_equal(views.part(3, 5).width, views.width[3:5])
