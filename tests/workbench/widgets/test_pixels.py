from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtGui import QColor

from core.data.colour_maps import lookup_table
from workbench.widgets.pixels import (
    array_of,
    averaged,
    coloured,
    course,
    indexed,
    pack,
    thumbnail,
    translucent,
    unpacked,
)


def test_grey_levels_take_the_colours_of_the_lookup_table() -> None:
    levels = np.arange(6, dtype=np.uint8).reshape(2, 3) * 50
    table = lookup_table("viridis")

    assert np.array_equal(array_of(indexed(levels, table)), table[levels])


def test_colours_come_through_at_widths_that_are_not_whole_words() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 3), np.uint8)

    assert np.array_equal(array_of(coloured(pixels)), pixels)


def test_a_picture_outlives_its_array() -> None:
    image = coloured(np.full((40, 40, 3), 200, np.uint8))
    gc.collect()
    np.zeros((40, 40, 3), np.uint8)

    assert (array_of(image) == 200).all()


def test_a_slice_of_an_array_is_drawn_as_the_slice() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)

    assert np.array_equal(array_of(coloured(pixels[::2, 1::2])), pixels[::2, 1::2])


def test_packed_pixels_keep_colour_and_opacity() -> None:
    image = unpacked(pack(np.array([[[10, 20, 30]]], np.uint8)))

    assert image.pixelColor(0, 0) == QColor(10, 20, 30)


def test_translucent_pixels_cover_by_their_share() -> None:
    image = translucent(np.full((1, 2, 3), 255, np.uint8), np.array([[0, 128]], np.uint8))

    assert [image.pixelColor(x, 0).alpha() for x in (0, 1)] == [0, 128]


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (7, 4)])
def test_averaging_keeps_the_mean(size: tuple[int, int]) -> None:
    maps = np.random.default_rng(0).random((3, 8, 10), np.float32)

    shrunk = averaged(maps, *size)

    assert shrunk.shape == (3, *size)
    assert shrunk.mean((1, 2)) == pytest.approx(maps.mean((1, 2)), rel=1e-5)


def test_averaging_by_a_whole_number_is_the_mean_of_blocks() -> None:
    maps = np.arange(16, dtype=np.float32).reshape(1, 4, 4)

    assert averaged(maps, 2, 2).tolist() == [[[2.5, 4.5], [10.5, 12.5]]]


def test_averaging_takes_colours_one_by_one() -> None:
    tiles = np.random.default_rng(0).random((2, 4, 4, 3), np.float32)

    assert averaged(tiles, 2, 2)[..., 1] == pytest.approx(averaged(tiles[..., 1], 2, 2))


@pytest.mark.parametrize("count", [3, 7, 500])
def test_the_course_of_a_signal_rises_without_a_gap(count: int) -> None:
    levels = np.linspace(0, 255, count).round().astype(np.uint8)
    line = course(levels, 20, 30) > 0
    heights = line.argmax(0)

    assert heights[0] >= 18
    assert heights[-1] == 0
    assert (np.diff(heights) <= 0).all()
    assert line.any(1).all()


def test_a_thumbnail_is_twice_the_side_whatever_the_size() -> None:
    for shape in ((8, 8, 3), (900, 600, 3), (1, 4000, 3)):
        image = thumbnail(np.full(shape, 90, np.uint8), 32)
        assert max(image.width(), image.height()) == 64
        assert (array_of(image) >= 90).any()
