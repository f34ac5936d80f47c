"""Tiles in the colours and at the size in which they are shown, as one picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from core.data.images import tile
from core.results import Bytes, Tiles
from workbench.widgets.pixels import averaged, coloured, indexed
from workbench.widgets.tile_layout import TileLayout


def tile_picture(made: Tiles, layout: TileLayout, lookup: Bytes) -> QImage:
    """The tiles at one device pixel a pixel; what lies between them means nothing.

    Maps larger than their tiles are averaged, smaller ones keep hard edges.  `lookup` [256, 3]
    colours grey levels.
    """
    picture, gap = made.picture, _gap(made, layout)
    if layout.width < layout.map_width or layout.height < layout.map_height:
        picture, gap = _shrunk(picture, gap, layout), 0
        layout = replace(layout, map_height=layout.height, map_width=layout.width)
    pixels = picture
    if (layout.height, layout.width, layout.gap) != (layout.map_height, layout.map_width, gap):
        rows, columns = layout.source_rows(gap), layout.source_columns(gap)
        pixels = picture.take(columns, 1, mode="clip").take(rows, 0, mode="clip")
    return coloured(pixels) if picture.ndim == 3 else indexed(pixels, lookup)


def is_common(made: Tiles) -> bool:
    """Whether all tiles share one scale of values."""
    return bool((made.levels == made.levels[:1]).all())


def _gap(made: Tiles, layout: TileLayout) -> int:
    """How many pixels apart the maps lie in a picture."""
    height, width = made.picture.shape[:2]
    if layout.columns > 1:
        return int(width - layout.columns * layout.map_width) // (layout.columns - 1)
    if layout.rows > 1:
        return int(height - layout.rows * layout.map_height) // (layout.rows - 1)
    return 0


def _shrunk(picture: Bytes, gap: int, layout: TileLayout) -> Bytes:
    """The picture with each map averaged to the size of its tile, without gaps."""
    pitch = layout.map_height + gap, layout.map_width + gap
    missing = [(0, gap), (0, gap), (0, 0)][: picture.ndim]
    cells = np.pad(picture, missing).reshape(
        layout.rows, pitch[0], layout.columns, pitch[1], *picture.shape[2:]
    )
    maps = cells.swapaxes(1, 2).reshape(-1, *pitch, *picture.shape[2:])
    whole = maps[:, : layout.map_height, : layout.map_width]
    levels = averaged(whole, layout.height, layout.width).round().astype(np.uint8)
    return tile(levels, layout.columns, gap=0)
