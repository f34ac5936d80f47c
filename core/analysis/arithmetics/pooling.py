"""Pooling along one, two and three sides, with windows of a fixed size or parts of the map."""

from __future__ import annotations

import numpy as np
from torch import nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import Axis, pages, per_side, share_of_map, window
from core.arithmetic import Floats
from core.arithmetic.largest import Largest
from core.arithmetic.mean import Mean

MaxPool = nn.MaxPool1d | nn.MaxPool2d | nn.MaxPool3d
AvgPool = nn.AvgPool1d | nn.AvgPool2d | nn.AvgPool3d


@arithmetic(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
def max_pool(module: MaxPool, site: Site) -> Largest:
    """The largest value of the window."""
    axes = _axes(site, module.kernel_size, module.stride, module.padding, module.dilation)
    values, inside = window(site.given[0][site.unit, None], site.place, axes)
    return Largest(values, inside, _frames(site, values))


@arithmetic(nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
def average_pool(module: AvgPool, site: Site) -> Mean:
    """The mean of the window, with or without the padding."""
    axes = _axes(site, module.kernel_size, module.stride, module.padding)
    maps = site.given[0][site.unit, None]
    values, inside = window(maps, site.place, axes)
    sides = zip(axes, maps.shape[1:], site.place, strict=True)
    padded = np.prod([axis.reach_on_padded(length, place) for axis, length, place in sides])
    counted = padded if module.count_include_pad else inside.sum()
    divisor = getattr(module, "divisor_override", None) or counted  # that of signals has none
    return Mean(values, inside, float(divisor), _frames(site, values))


@arithmetic(nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
def adaptive_average(module: nn.Module, site: Site) -> Mean:
    """The mean of the cell's part of the map."""
    values, inside = share_of_map(site)
    return Mean(values, inside, float(values.size), _frames(site, values))


@arithmetic(nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
def adaptive_max(module: nn.Module, site: Site) -> Largest:
    """The largest value of the cell's part of the map."""
    values, inside = share_of_map(site)
    return Largest(values, inside, _frames(site, values))


def _axes(site: Site, *steps: int | tuple[int, ...]) -> list[Axis]:
    """How a window steps along each side."""
    sides = len(site.place)
    return [Axis(*step) for step in zip(*(per_side(step, sides) for step in steps), strict=True)]


def _frames(site: Site, values: Floats) -> tuple[str, ...]:
    """The names of the matrices: of a clip, its frames."""
    return pages([site.unit], (len(values), *site.place[1:])) if len(site.place) == 3 else ()
