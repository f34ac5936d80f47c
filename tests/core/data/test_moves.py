from __future__ import annotations

import numpy as np
import pytest

from core.data.moves import Mover, Moves
from core.data.strip import Strip
from core.results import Bytes

RNG = np.random.default_rng(3)


def one(down: int, right: int, mirrored: bool = False) -> Moves:
    return Moves(np.array([down]), np.array([right]), np.array([mirrored]))


def several(count: int, reach: int) -> Moves:
    down, right = RNG.integers(-reach, reach + 1, (2, count))
    return Moves(down, right, RNG.random(count) < 0.5)


def moved(images: Bytes, moves: Moves, fill: str = "zero") -> Bytes:
    """All pictures after their moves."""
    mover = Mover(Strip(images), np.arange(len(images)), moves, fill)
    return mover.moved(0, len(images))


def by_hand(picture: Bytes, down: int, right: int, mirrored: bool, fill: str) -> Bytes:
    """One picture moved pixel by pixel."""
    height, width = picture.shape[:2]
    result = np.zeros_like(picture)
    for row in range(height):
        for column in range(width):
            source = (row - down, column - right)
            inside = 0 <= source[0] < height and 0 <= source[1] < width
            if inside or fill == "edge":
                nearest = np.clip(source, 0, (height - 1, width - 1))
                result[row, column] = picture[nearest[0], nearest[1]]
    return result[:, ::-1] if mirrored else result


@pytest.mark.parametrize("fill", ["zero", "edge"])
@pytest.mark.parametrize("shape", [(6, 5, 1), (5, 8, 3), (1, 9, 1), (4, 1, 1)])
def test_every_pixel_is_where_it_should_be(shape: tuple[int, int, int], fill: str) -> None:
    images = RNG.integers(0, 256, (40, *shape), np.uint8)
    moves = several(40, 3).within(*shape[:2])
    before = images.copy()
    expected = [
        by_hand(picture, *values, fill)
        for picture, values in zip(images, zip(*moves, strict=True), strict=True)
    ]
    assert np.array_equal(moved(images, moves, fill), expected)
    assert np.array_equal(images, before)


def test_a_shift_moves_right_and_down_and_lets_black_in() -> None:
    picture = np.arange(1, 10, dtype=np.uint8).reshape(1, 3, 3, 1)
    moves = one(1, -1)
    assert moved(picture, moves)[0, ..., 0].tolist() == [
        [0, 0, 0],
        [2, 3, 0],
        [5, 6, 0],
    ]
    assert moved(picture, moves, "edge")[0, ..., 0].tolist() == [
        [2, 3, 3],
        [2, 3, 3],
        [5, 6, 6],
    ]


def test_a_shifted_picture_is_mirrored_with_its_colours_in_place() -> None:
    picture = np.arange(1, 13, dtype=np.uint8).reshape(1, 2, 2, 3)
    moves = one(0, 1, True)
    assert moved(picture, moves)[0, 0].tolist() == [[1, 2, 3], [0, 0, 0]]


@pytest.mark.parametrize("fill", ["zero", "edge"])
def test_pictures_are_moved_in_any_order_a_part_at_a_time(fill: str) -> None:
    images, moves = RNG.integers(0, 256, (30, 6, 5, 1), np.uint8), several(30, 3)
    order = RNG.permutation(30)
    mover = Mover(Strip(images), order, moves, fill)
    parts = [mover.moved(i, i + 7) for i in range(0, 30, 7)]
    assert np.array_equal(moved(images[order], moves, fill), np.concatenate(parts))


def test_a_far_move_of_a_large_picture_is_the_same_as_a_near_one() -> None:
    image = RNG.integers(0, 256, (1, 40, 50, 3), np.uint8)
    expected = np.zeros_like(image)
    expected[0, 30:, :20] = image[0, :10, 30:]
    assert np.array_equal(moved(image, one(30, -30)), expected)


def test_no_picture_leaves_its_frame() -> None:
    moves = one(9, -9).within(4, 1)
    assert (moves.down.tolist(), moves.right.tolist()) == ([3], [0])


def test_no_pictures_are_no_pictures() -> None:
    assert moved(np.zeros((0, 4, 4, 1), np.uint8), several(0, 2)).shape == (
        0,
        4,
        4,
        1,
    )
