from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.images import (
    MOST_PIXELS,
    best_columns,
    decoded,
    grey_levels,
    is_picture,
    load_image,
    squared,
    tile,
    tiles,
)
from core.errors import UserError
from core.results import Floats

RED_THEN_BLUE = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)


def saved(path: Path, picture: Image.Image, **options: Any) -> Path:
    picture.save(path, **options)
    return path


def chunk(kind: bytes, content: bytes) -> bytes:
    """A piece of a PNG file."""
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def maps(*rows: list[float]) -> Floats:
    return np.array(rows, np.float32)[:, None, :]


def test_a_picture_is_height_width_and_red_first(tmp_path: Path) -> None:
    path = saved(tmp_path / "two.png", Image.fromarray(RED_THEN_BLUE))
    assert np.array_equal(load_image(path), RED_THEN_BLUE)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_three_bytes(tmp_path: Path, mode: str) -> None:
    grey = Image.fromarray(np.full((4, 5), 255, np.uint8))
    picture = (
        Image.fromarray(np.full((4, 5), 65535, np.uint16)) if mode == "I;16" else grey.convert(mode)
    )
    path = saved(tmp_path / ("x.tiff" if mode == "CMYK" else "x.png"), picture)
    seen = load_image(path)
    assert seen.shape == (4, 5, 3)
    assert seen.min() >= 250


def test_sixteen_bits_are_scaled_to_eight_and_not_cut_off(tmp_path: Path) -> None:
    ramp = np.array([[0, 257, 128 * 257, 65535]], np.uint16)
    path = saved(tmp_path / "ramp.png", Image.fromarray(ramp))
    assert load_image(path)[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_wider_numbers_span_from_their_least_to_their_greatest(
    tmp_path: Path, kind: type[np.generic]
) -> None:
    ramp = np.array([[-1000, 0, 1000]]).astype(kind)
    path = saved(tmp_path / "ramp.tiff", Image.fromarray(ramp))
    assert load_image(path)[0, :, 1].tolist() == [0, 128, 255]


def test_a_picture_of_floats_may_have_gaps_or_one_value(tmp_path: Path) -> None:
    gap = np.array([[0.0, np.nan, 1.0]], np.float32)
    path = saved(tmp_path / "gap.tiff", Image.fromarray(gap))
    assert load_image(path)[0, :, 2].tolist() == [0, 0, 255]
    path = saved(tmp_path / "flat.tiff", Image.fromarray(np.full((2, 2), 7, np.float32)))
    assert load_image(path).max() == 0


def test_a_photograph_is_turned_as_its_exif_orientation_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned: the first row is on the right
    path = saved(tmp_path / "turned.png", Image.fromarray(RED_THEN_BLUE), exif=exif)
    assert np.array_equal(load_image(path), RED_THEN_BLUE.reshape(2, 1, 3))


def test_a_file_that_is_no_image_says_what_would_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("no picture")
    with pytest.raises(
        UserError,
        match=r"notes\.jpg could not be read as a picture \(unknown format\); choose a PNG",
    ):
        load_image(path)


def test_half_a_jpeg_is_refused(tmp_path: Path) -> None:
    data = BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(data, "JPEG")
    with pytest.raises(UserError, match=r"half\.jpg could not be read"):
        decoded(data.getvalue()[: len(data.getvalue()) // 2], "half.jpg")
    assert decoded(data.getvalue(), "whole.jpg").shape == (64, 64, 3)


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no file .*lost\.png"):
        load_image(tmp_path / "lost.png")
    with pytest.raises(UserError, match="could not be read as a picture"):
        load_image(tmp_path)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_does(tmp_path: Path) -> None:
    size = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"none"))
    with pytest.raises(UserError, match=f"40000 x 40000 pixels, more than {MOST_PIXELS // 10**6}"):
        load_image(path)


def test_a_picture_is_told_by_its_suffix_or_else_by_its_content(tmp_path: Path) -> None:
    unnamed = saved(tmp_path / "unnamed", Image.fromarray(RED_THEN_BLUE), format="PNG")
    notes = tmp_path / "notes.txt"
    notes.write_text("no picture")
    assert is_picture(unnamed)
    assert is_picture(Path("holiday.JPEG"))
    assert not is_picture(notes)


def test_a_file_that_would_start_a_program_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    assert not is_picture(path)


def test_each_map_fills_the_scale_of_its_own() -> None:
    levels, ends = grey_levels(maps([0, 1, 2], [-10, 0, 10]))
    assert levels.tolist() == [[[0, 128, 255]], [[0, 128, 255]]]
    assert ends.tolist() == [[0, 2], [-10, 10]]


def test_a_scale_with_given_ends_lets_maps_be_compared_with_others() -> None:
    levels, ends = grey_levels(maps([0, 1], [0, 2]), ends=(0, 4))
    assert levels[:, 0].tolist() == [[0, 64], [0, 128]]
    assert ends.tolist() == [[0, 4], [0, 4]]
    assert tiles(maps([0, 1]), 1, ends=(0, 4)).levels.tolist() == [[0, 4]]


def test_a_shared_scale_lets_maps_be_compared() -> None:
    levels, ends = grey_levels(maps([0, 1], [0, 2]), shared=True)
    assert levels.tolist() == [[[0, 128]], [[0, 255]]]
    assert ends.tolist() == [[0, 2], [0, 2]]


def test_zero_is_in_the_middle_of_a_signed_scale() -> None:
    levels, ends = grey_levels(maps([-1, 0, 4]), signed=True)
    assert levels[0, 0, 1:].tolist() == [128, 255]
    assert ends.tolist() == [[-4, 4]]


def test_a_constant_map_is_dark_or_neutral() -> None:
    assert grey_levels(maps([3, 3]))[0].tolist() == [[[0, 0]]]
    assert grey_levels(maps([0, 0]), signed=True)[0].tolist() == [[[128, 128]]]


@pytest.mark.parametrize("signed", [False, True])
def test_infinity_is_at_the_ends_and_what_is_no_number_at_zero(signed: bool) -> None:
    levels, ends = grey_levels(maps([np.inf, -np.inf, np.nan, -3, 3]), signed=signed)
    assert levels.tolist() == [[[255, 0, 0, 0, 255]]]
    assert ends.tolist() == [[-3, 3]]


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_a_map_of_nothing_finite_harms_no_other(value: float) -> None:
    levels, ends = grey_levels(maps([value] * 2, [0, 1]))
    assert levels[1].tolist() == [[0, 255]]
    assert np.isfinite(ends).all()


@pytest.mark.parametrize("reach", [1e-42, 3e38])
def test_values_at_the_limits_of_their_type_are_drawn(reach: float) -> None:
    levels, _ = grey_levels(maps([-reach, 0, reach]))
    assert levels.shape == (1, 1, 3)


def test_tiles_lie_in_rows_a_gap_apart() -> None:
    levels = np.arange(1, 4, dtype=np.uint8)[:, None, None] * np.ones((1, 2, 2), np.uint8)
    assert tile(levels, 2, gap=1, background=9).tolist() == [
        [1, 1, 9, 2, 2],
        [1, 1, 9, 2, 2],
        [9, 9, 9, 9, 9],
        [3, 3, 9, 9, 9],
        [3, 3, 9, 9, 9],
    ]


def test_tiles_without_a_gap_touch() -> None:
    levels = np.arange(4, dtype=np.uint8)[:, None, None]
    assert tile(levels, 2, gap=0).tolist() == [[0, 1], [2, 3]]


def test_the_empty_cells_of_signed_tiles_are_neutral() -> None:
    assert tiles(maps([-1, 1], [1, -1], [1, 1]), 2, signed=True).picture[-1, -1] == 128


def test_colour_tiles_keep_their_colours() -> None:
    colours = np.array([[[[1, 0, 0.5]]], [[[0, 2, -1]]]], np.float32)
    made = tiles(colours, 2, gap=1)
    assert made.picture.tolist() == [[[255, 0, 128], [0, 0, 0], [0, 255, 0]]]
    assert made.levels.tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("count", "aspect", "columns"),
    [(1, 3.0, 1), (9, 1.0, 3), (10, 6.0, 10), (64, 4.0, 16), (6, 0.1, 1)],
)
def test_the_best_columns_make_tiles_largest(count: int, aspect: float, columns: int) -> None:
    assert best_columns(count, aspect) == columns


def test_wide_tiles_take_fewer_columns() -> None:
    assert best_columns(16, 1.0, tile_aspect=4.0) == 2


def test_the_middle_of_a_picture_is_its_square() -> None:
    wide = np.zeros((4, 10, 3), np.uint8)
    wide[:, 3:7] = 200
    for picture in (wide, wide.swapaxes(0, 1)):
        assert (squared(picture, 4) == 200).all()
        assert (squared(picture, 2) == 200).all()
    assert squared(wide, 9).shape == (9, 9, 3)


def test_a_palette_with_clear_colours_is_read_without_a_warning(tmp_path: Path) -> None:
    picture = Image.new("P", (4, 4))
    picture.putpalette([200, 100, 50, 0, 0, 0])
    picture.save(tmp_path / "clear.png", transparency=bytes([128, 255]))
    assert load_image(tmp_path / "clear.png")[0, 0].tolist() == [200, 100, 50]
