"""Pools that torch has no module for: by the root of squares, weighted, over maps, learned."""

from __future__ import annotations

import numpy as np

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import Axis, numbers, weighted_sum, window
from core.arithmetic import column
from core.arithmetic.largest import Largest
from core.arithmetic.root_of_squares import RootOfSquares
from core.arithmetic.scaled_sum import ScaledSum
from core.arithmetic.weighted_sum import WeightedSum
from core.network.modules.pooling import L2Pool2d, Maxout, WeightedPool2d
from core.network.modules.table import Subsampling2d


@arithmetic(L2Pool2d)
def l2_pool(module: L2Pool2d, site: Site) -> RootOfSquares:
    """The window, its squares, the root of their sum."""
    axis = Axis(module.kernel_size, module.stride, module.padding)
    return RootOfSquares(*window(site.given[0][site.unit, None], site.place, [axis] * 2))


@arithmetic(WeightedPool2d)
def weighted_pool(module: WeightedPool2d, site: Site) -> WeightedSum:
    """The window times the Gaussian weights."""
    axes = [Axis(module.kernel_size, module.stride, module.padding)] * 2
    maps, captions = site.given[0][site.unit, None], ("Window", "Gaussian weights")
    return weighted_sum(maps, site.place, axes, module.weight[None], captions=captions)


@arithmetic(Subsampling2d)
def subsampling(module: Subsampling2d, site: Site) -> ScaledSum:
    """The sum of the window, scaled and shifted."""
    axes = [Axis(module.kernel, module.stride, module.padding)] * 2
    values, inside = window(site.given[0][site.unit, None], site.place, axes)
    learned = (float(part[site.unit]) for part in (module.scale, module.shift))
    return ScaledSum(values, inside, *learned)


@arithmetic(Maxout)
def maxout(module: Maxout, site: Site) -> Largest:
    """The values at one place of the maps that become one."""
    pieces = range(site.unit * module.pieces, (site.unit + 1) * module.pieces)
    values = numbers(site.here[pieces.start : pieces.stop])
    names = tuple(f"map {piece}" for piece in pieces)
    return Largest(column(values), np.ones((1, 1), bool), sources=names)
