"""Where tiles of one size lie, in whole device pixels, and which one is under a point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from core.data.images import best_columns

#: A scale is cut to a whole number where that costs at most this share of the size.
WASTE = 0.12


@dataclass(frozen=True)
class TileLayout:
    """`count` tiles of `width` x `height` device pixels, `gap` apart, from (`left`, `top`) on.

    Each shows a map of `map_height` x `map_width` cells.
    """

    count: int
    columns: int
    map_height: int
    map_width: int
    height: int
    width: int
    gap: int
    left: int = 0
    top: int = 0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return max(1, ceil(self.count / self.columns))

    @property
    def bounds(self) -> QRect:
        """The rectangle of all tiles."""
        across = self.columns * (self.width + self.gap) - self.gap
        return QRect(self.left, self.top, across, self.rows * (self.height + self.gap) - self.gap)

    def tile(self, unit: int) -> QRect:
        """The rectangle of one tile."""
        row, column = divmod(unit, self.columns)
        left = self.left + column * (self.width + self.gap)
        return QRect(left, self.top + row * (self.height + self.gap), self.width, self.height)

    def cell(self, unit: int, row: int, column: int) -> QRect:
        """The rectangle of one cell of a tile: the pixels for which `at` gives it."""
        tile = self.tile(unit)
        top = ceil(row * self.height / self.map_height)
        left = ceil(column * self.width / self.map_width)
        bottom = ceil((row + 1) * self.height / self.map_height)
        right = ceil((column + 1) * self.width / self.map_width)
        return QRect(tile.left() + left, tile.top() + top, right - left, bottom - top)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Unit, row and column under a point; None between and beside the tiles."""
        across, inner_x = divmod(floor(x - self.left), self.width + self.gap)
        down, inner_y = divmod(floor(y - self.top), self.height + self.gap)
        unit = down * self.columns + across
        inside = 0 <= across < self.columns and down >= 0 and unit < self.count
        if not inside or inner_x >= self.width or inner_y >= self.height:
            return None
        row = inner_y * self.map_height // self.height
        return unit, row, inner_x * self.map_width // self.width

    def source_rows(self, gap: int) -> NDArray[np.intp]:
        """For each row of `bounds`, the row of a picture of whole maps `gap` apart; -1 in gaps."""
        return _source(self.rows, self.height, self.gap, self.map_height, gap)

    def source_columns(self, gap: int) -> NDArray[np.intp]:
        """For each column of `bounds`, the column of a picture of maps `gap` apart; -1 in gaps."""
        return _source(self.columns, self.width, self.gap, self.map_width, gap)


@lru_cache(maxsize=64)
def gaps_of(layout: TileLayout) -> tuple[QRect, ...]:
    """The rectangles within the bounds of a layout in which there is no tile."""
    whole, last, gap = layout.bounds, layout.tile(layout.count - 1), layout.gap
    lefts = (layout.tile(place).left() - gap for place in range(1, layout.columns))
    tops = (layout.tile(place * layout.columns).top() - gap for place in range(1, layout.rows))
    upright = [QRect(left, whole.top(), gap, whole.height()) for left in lefts]
    level = [QRect(whole.left(), top, whole.width(), gap) for top in tops]
    rest = whole.right() - last.right()
    after = QRect(last.right() + 1, last.top(), rest, layout.height)
    return tuple(one for one in (*upright, *level, after) if not one.isEmpty())


@lru_cache(maxsize=64)
def lay_out(
    count: int,
    map_shape: tuple[int, int],
    area: tuple[int, int],
    ratio: float,
    spacing: float | None = None,
) -> TileLayout:
    """The layout that makes `count` tiles largest in an area (width, height) of device pixels.

    `ratio`: device pixels per px, for the gap.  `spacing`: the gap in px; by default what suits
    the size of the tiles.
    """
    map_height, map_width = map_shape
    columns = best_columns(count, area[0] / area[1], map_width / map_height)
    rows = max(1, ceil(count / columns))
    gap = _gap(min(area[0] / columns, area[1] / rows), ratio, spacing)
    across = (area[0] - gap * (columns - 1)) / columns
    down = (area[1] - gap * (rows - 1)) / rows
    scale = _calm(min(across / map_width, down / map_height))
    height, width = (max(1, int(size * scale + 1e-6)) for size in map_shape)
    columns = _balanced(count, (area[0] + gap) // (width + gap))
    return TileLayout(count, columns, map_height, map_width, height, width, gap)


def _balanced(count: int, most: int) -> int:
    """The columns of as few rows as fit, with all rows about equally long."""
    rows = max(1, ceil(count / max(1, most)))
    return max(1, ceil(count / rows))


def _gap(pitch: float, ratio: float, spacing: float | None) -> int:
    """Two px between tiles that are large, one between small ones, none between specks."""
    if pitch < 4 * ratio:
        return 0
    if spacing is not None:
        return round(min(spacing * ratio, pitch / 4))
    return max(1, round(ratio * (2 if pitch >= 24 * ratio else 1)))


def _calm(scale: float) -> float:
    """The scale, cut to a whole number where that wastes little: then all cells are equal."""
    whole = float(int(scale))
    return whole if whole >= scale * (1 - WASTE) else scale


@lru_cache(maxsize=64)
def _source(tiles: int, size: int, gap: int, cells: int, source_gap: int) -> NDArray[np.intp]:
    tile, inner = np.divmod(np.arange(tiles * (size + gap) - gap), size + gap)
    place = tile * (cells + source_gap) + inner * cells // size
    source = np.where(inner < size, place, -1)
    source.setflags(write=False)  # all callers share it
    return source
