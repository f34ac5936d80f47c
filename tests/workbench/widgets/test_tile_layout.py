from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect

from workbench.widgets.tile_layout import TileLayout, lay_out

CASES = [
    (64, (55, 55), 600, 400),
    (1280, (7, 7), 600, 400),
    (1000, (1, 1), 400, 300),
    (33, (14, 14), 900, 200),
    (1, (224, 224), 300, 500),
    (10, (8, 20), 411, 307),
    (512, (28, 28), 120, 90),
]


def laid_out(count: int, size: tuple[int, int], width: int, height: int) -> TileLayout:
    return replace(lay_out(count, size, (width, height), 1.5), left=3, top=5)


@pytest.mark.parametrize(("count", "size", "width", "height"), CASES)
def test_all_tiles_lie_inside_the_area(
    count: int, size: tuple[int, int], width: int, height: int
) -> None:
    layout = laid_out(count, size, width, height)

    assert QRect(3, 5, width, height).contains(layout.bounds)
    assert layout.bounds.contains(layout.tile(count - 1))


@pytest.mark.parametrize(("count", "size", "width", "height"), CASES)
def test_a_cell_is_hit_exactly_where_it_is_drawn(
    count: int, size: tuple[int, int], width: int, height: int
) -> None:
    layout = laid_out(count, size, width, height)
    for unit, row, column in ((0, 0, 0), (count - 1, size[0] - 1, size[1] - 1)):
        cell = layout.cell(unit, row, column)
        if cell.width() > 0 and cell.height() > 0:
            assert layout.at(cell.left(), cell.top()) == (unit, row, column)
            assert layout.at(cell.right() + 0.9, cell.bottom() + 0.9) == (unit, row, column)
            assert layout.at(cell.left() - 1, cell.top()) != (unit, row, column)


def test_every_pixel_belongs_to_the_cell_that_the_picture_shows_there() -> None:
    layout = laid_out(6, (3, 4), 100, 70)
    rows, columns = layout.source_rows(gap=1), layout.source_columns(gap=1)
    for y in range(layout.bounds.height()):
        for x in range(layout.bounds.width()):
            place = layout.at(layout.left + x, layout.top + y)
            if rows[y] < 0 or columns[x] < 0:
                assert place is None
            elif place is not None:
                down, across = divmod(place[0], layout.columns)
                assert rows[y] == down * (3 + 1) + place[1]
                assert columns[x] == across * (4 + 1) + place[2]


def test_nothing_is_hit_beside_and_between_the_tiles() -> None:
    layout = laid_out(5, (10, 10), 300, 200)
    first, last = layout.tile(0), layout.tile(4)

    assert layout.gap > 0
    assert layout.at(first.left() - 1, first.top()) is None
    assert layout.at(first.right() + 1, first.top()) is None
    assert layout.at(last.right() + layout.gap + 1, last.top()) is None
    assert layout.at(first.left(), -50) is None


@pytest.mark.parametrize(("count", "size", "width", "height"), CASES)
def test_no_other_number_of_columns_gives_much_larger_tiles(
    count: int, size: tuple[int, int], width: int, height: int
) -> None:
    layout = laid_out(count, size, width, height)
    columns = np.arange(1, count + 1)
    rows = -(-count // columns)
    pitch = layout.gap
    ideal = np.minimum((width / columns - pitch) / size[1], (height / rows - pitch) / size[0]).max()

    assert layout.width / size[1] >= 0.85 * min(ideal, ideal - 1 / size[1])


def test_small_maps_get_cells_of_one_size_where_that_wastes_little() -> None:
    layout = laid_out(1, (5, 5), 252, 252)

    assert layout.width == 250


def test_one_pixel_maps_fill_the_area_with_squares() -> None:
    layout = laid_out(1000, (1, 1), 400, 300)

    assert layout.width == layout.height
    assert layout.bounds.width() > 0.9 * 400
