"""What have several networks, or one at several moments, learned, seen on one scale?"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, sqrt

import numpy as np

from core.analysis.declare import ANALYSES, Inputs
from core.analysis.methods.filters import KERNELS, FiltersParams
from core.data.images import tiles
from core.errors import UserError
from core.results import MapGrid

Kernels = MapGrid | UserError

#: Zero, in kernels that are colours.
GREY = 0.5


def kernels_side_by_side(*sides: Inputs) -> tuple[Kernels, ...]:
    """The kernels of the layer of each side as `filters` gives them, or why there are none.

    Signed maps are tiled on one scale, up to the largest weight of all of them; colours likewise.
    """
    found = [_kernels(side) for side in sides]
    return tuple(_rescaled(grid, reach, _largest(grid, found)) for grid, reach in found)


def _kernels(side: Inputs) -> tuple[Kernels, float]:
    """The kernels of one side, and their largest weight."""
    try:
        grid: MapGrid = ANALYSES["filters"].start(side, FiltersParams(scale="shared"))
    except UserError as error:
        return error, 0.0
    if grid.signed or side.subject is None:
        return grid, float(np.abs(grid.maps).max(initial=0))
    # asked for at once, as sides of one model share a subject
    return grid, float(side.subject.kernels(grid.layer, KERNELS).abs().max())


def _largest(grid: Kernels, found: list[tuple[Kernels, float]]) -> float:
    """The largest weight of all kernels that are of the same kind."""
    return max(reach for other, reach in found if _is_signed(other) == _is_signed(grid))


def _is_signed(grid: Kernels) -> bool | None:
    return None if isinstance(grid, UserError) else grid.signed


def _rescaled(grid: Kernels, reach: float, largest: float) -> Kernels:
    """The same kernels, tiled on a scale up to the weight `largest`."""
    if isinstance(grid, UserError):
        return grid
    maps = grid.maps
    if not grid.signed and largest:
        maps = GREY + (maps - GREY) * np.float32(reach / largest)
    columns = ceil(sqrt(len(maps)))
    made = tiles(maps, columns, signed=grid.signed, ends=(-largest, largest))
    return replace(grid, maps=maps, tiles=made)
