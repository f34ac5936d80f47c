"""Many round dots as one picture."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, hypot

import numpy as np
from numpy.typing import NDArray

from core.results import Floats
from workbench.widgets.pixels import Packed

Colours = NDArray[np.uint8]

#: Points that are worked on together: their arrays stay in the processor's cache.
CHUNK = 512


def dots(
    points: Floats, colours: Colours, size: tuple[int, int], radius: float, *, smooth: bool
) -> Packed:
    """Dots of one radius at `points` [n, 2] (x, y), on transparent ground of `size` (H, W).

    All in pixels.  `colours` [n, 4] are red, green, blue and opacity.  Later dots lie over
    earlier ones.  `smooth`: edges are shaded by the share of a pixel that they cover, and lie
    under the insides of all dots; else each dot is moved to a whole pixel, which is faster.
    """
    height, width = size
    reach = ceil(radius + 0.5)
    x, y = points.T
    near = (x >= -reach) & (x < width + reach) & (y >= -reach) & (y < height + reach)
    seen = np.flatnonzero(near)
    points, colours = points.take(seen, 0), colours.take(seen, 0)
    # a margin around the picture takes what hangs over its edges
    canvas = np.zeros((height + 4 * reach, width + 4 * reach), np.uint32)
    stamp = _smooth if smooth else _sharp
    stamp(canvas, points + 2 * reach, colours, radius)
    return canvas[2 * reach : 2 * reach + height, 2 * reach : 2 * reach + width]


def _sharp(canvas: Packed, points: Floats, colours: Colours, radius: float) -> None:
    near = [place for place in _around(radius) if hypot(*place) <= radius]
    cells = np.floor(points).astype(np.intp)
    places = _places(cells, near, canvas.shape[1])
    canvas.reshape(-1)[places.ravel()] = np.repeat(_packed(colours), len(near))


def _smooth(canvas: Packed, points: Floats, colours: Colours, radius: float) -> None:
    near = list(_around(radius + 0.5))
    down, across = np.array(near, np.float32).T
    flat, width = canvas.reshape(-1), canvas.shape[1]
    for start in range(0, len(points), CHUNK):
        some, shades = points[start : start + CHUNK], colours[start : start + CHUNK]
        cells = np.floor(some)
        middle = some - cells - np.float32(0.5)
        away = (across - middle[:, :1]) ** 2 + (down - middle[:, 1:]) ** 2
        places = _places(cells.astype(np.intp), near, width)
        owner, step = np.nonzero((away > (radius - 0.5) ** 2) & (away < (radius + 0.5) ** 2))
        cover = np.float32(radius + 0.5) - np.sqrt(away[owner, step])
        edge = places[owner, step]
        # alpha is the highest byte: what covers more of a pixel has it
        np.maximum.at(flat, edge, _packed(shades[owner], cover))
        owner, step = np.nonzero(away <= (radius - 0.5) ** 2)
        flat[places[owner, step]] = _packed(shades)[owner]


def _places(cells: NDArray[np.intp], near: list[tuple[int, int]], width: int) -> NDArray[np.intp]:
    """The flat indices [n, m] of the pixels `near` [m] (rows down, columns across) each cell."""
    steps = np.array([down * width + across for down, across in near], np.intp)
    return (cells[:, 1] * width + cells[:, 0])[:, None] + steps


def _around(radius: float) -> Iterator[tuple[int, int]]:
    """The pixels (rows down, columns across) that a dot in pixel (0, 0) can touch."""
    reach = ceil(radius + 0.5)
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            if hypot(down, across) < radius + 0.71:
                yield down, across


def _packed(colours: Colours, cover: Floats | None = None) -> Packed:
    """Colours [n, 4] as pixels premultiplied by their opacity, times `cover` [n]."""
    alpha = colours[:, 3].astype(np.float32)
    if cover is not None:
        alpha *= cover
    share = alpha / np.float32(255)
    packed: Packed = alpha.astype(np.uint32)
    for part in range(3):
        packed = packed << np.uint32(8) | (colours[:, part] * share).astype(np.uint32)
    return packed
