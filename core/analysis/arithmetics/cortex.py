"""Cells of the visual cortex, and the Neocognitron's."""

from __future__ import annotations

import numpy as np
from torch.nn.functional import softplus

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import Axis, numbers, pages, window
from core.arithmetic import column
from core.arithmetic.inhibition import Inhibition
from core.arithmetic.root_of_squares import RootOfSquares
from core.arithmetic.saturation import Saturation
from core.network.modules.cells import SILENCE, CCells, ComplexCells, SCells


@arithmetic(ComplexCells)
def complex_cell(module: ComplexCells, site: Site) -> RootOfSquares:
    """The values of the pair of maps, their squares, the root."""
    first = 2 * site.unit
    values = column(numbers(site.here[first : first + 2]))
    names = (f"Map {first}", f"Map {first + 1}")
    return RootOfSquares(values, np.ones((1, 1), bool), SILENCE, names)


@arithmetic(SCells)
def s_cell(module: SCells, site: Site) -> Inhibition:
    """What excites the cell, and what holds it down."""
    kernel = module.weight[site.unit]
    axes = [Axis(kernel.shape[-1], module.stride, module.padding)] * 2
    values, inside = window(site.given[0], site.place, axes)
    return Inhibition(
        values,
        numbers(kernel),
        numbers(module.pool),
        inside,
        float(softplus(module.inhibition[site.unit])),
        module.selectivity,
        SILENCE,
        pages(range(len(kernel)), site.place),
    )


@arithmetic(CCells)
def c_cell(module: CCells, site: Site) -> Saturation:
    """The weighted average of the window, held down by the other maps where they do so."""
    pool = numbers(module.pool)
    axes = [Axis(len(pool), module.stride, module.padding)] * 2
    values, inside = window(site.given[0], site.place, axes)
    averages = (values.astype(np.float64) * pool).sum((1, 2))
    level = max(0.0, float(averages.mean())) if module.lateral else None
    return Saturation(values[site.unit, None], pool, inside, module.saturation, level)
