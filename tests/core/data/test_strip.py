from __future__ import annotations

import numpy as np
import pytest

from core.data.moves import Mover, Moves
from core.data.strip import Strip
from core.results import Bytes

RNG = np.random.default_rng(5)
COUNT, SHAPE = 12, (4, 5, 3)


@pytest.fixture
def images() -> Bytes:
    return RNG.integers(0, 256, (COUNT, *SHAPE), np.uint8)


def held(strip: Strip, order: list[int], mirrored: list[bool]) -> Bytes:
    """The pictures that a strip gives."""
    memory, begins = strip.holding(np.array(order), np.array(mirrored))(0, len(order))
    return np.stack([memory[place : place + strip.size].reshape(SHAPE) for place in begins])


@pytest.mark.parametrize("largest", [0, 2**20])
def test_pictures_lie_as_they_are_or_mirrored(images: Bytes, largest: int) -> None:
    strip = Strip(images, largest)
    assert np.array_equal(held(strip, [3, 0, 3], [False] * 3), images[[3, 0, 3]])
    both = held(strip, [7, 2], [True, False])
    assert np.array_equal(both, [images[7, :, ::-1], images[2]])
    assert np.array_equal(held(strip, [11, 0], [False] * 2), images[[11, 0]])


@pytest.mark.parametrize("largest", [0, 2**20])
def test_there_is_room_for_one_picture_at_both_ends(images: Bytes, largest: int) -> None:
    memory, begins = Strip(images, largest).holding(np.arange(COUNT), np.ones(COUNT, np.bool_))(
        0, COUNT
    )
    size = images[0].size
    assert begins.min() >= size
    assert begins.max() + 2 * size <= memory.size


def test_a_strip_of_all_pictures_is_laid_once(images: Bytes) -> None:
    strip, some = Strip(images), np.array([1, 2])
    first, _ = strip.holding(some, np.array([True, False]))(0, 2)
    again, _ = strip.holding(some, np.array([False, False]))(0, 2)
    assert np.shares_memory(first, again)
    assert first.size == (2 * COUNT + 2) * strip.size


def test_a_set_too_large_is_not_laid_out_whole(images: Bytes) -> None:
    strip = Strip(images, largest=2 * images.nbytes - 1)
    memory, _ = strip.holding(np.array([1, 2]), np.array([True, False]))(0, 2)
    assert memory.size == 4 * strip.size


def test_grey_pictures_get_an_axis_for_their_channel(images: Bytes) -> None:
    assert Strip(images[..., 0]).images.shape == (COUNT, 4, 5, 1)


@pytest.mark.parametrize("fill", ["zero", "edge"])
def test_moves_do_not_depend_on_how_a_strip_is_laid(images: Bytes, fill: str) -> None:
    down, right = RNG.integers(-3, 4, (2, COUNT))
    moves, order = Moves(down, right, RNG.random(COUNT) < 0.5), RNG.permutation(COUNT)
    whole, parts = (
        Mover(Strip(images, largest), order, moves, fill).moved(0, COUNT) for largest in (2**20, 0)
    )
    assert np.array_equal(whole, parts)
