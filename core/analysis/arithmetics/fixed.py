"""Kernels that are given: one typed in, Sobel's, Gabor functions."""

from __future__ import annotations

from torch import Tensor

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import Axis, numbers, weighted_sum, window
from core.arithmetic import Arithmetic
from core.arithmetic.steepness import Steepness
from core.arithmetic.weighted_sum import WeightedSum
from core.network.modules.fixed import NO_EDGE, FixedConv2d, Sobel


@arithmetic(FixedConv2d)
def fixed_kernel(module: FixedConv2d, site: Site) -> WeightedSum:
    """One map, or the sum of all, and the given kernel."""
    kernel = module.weight[site.unit]
    source = site.unit // (len(module.weight) // module.sources)
    caption = "Window of the sum" if module.over == "sum" else f"Window of channel {source}"
    captions = (caption, "Given kernel")
    maps = _maps(module, site)[source, None]
    return weighted_sum(maps, site.place, _axes(module), kernel, captions=captions)


@arithmetic(Sobel)
def sobel(module: Sobel, site: Site) -> Arithmetic:
    """A slope, or both of a map and the root of their squares."""
    if module.gives != "magnitude":
        return fixed_kernel(module, site)
    values, inside = window(_maps(module, site)[site.unit, None], site.place, _axes(module))
    kernels = numbers(module.weight[2 * site.unit : 2 * site.unit + 2, 0])
    return Steepness(values, kernels, inside, NO_EDGE)


def _maps(module: FixedConv2d, site: Site) -> Tensor:
    """The maps that the kernels slide over."""
    maps = site.given[0]
    return maps.sum(0, keepdim=True) if module.over == "sum" else maps


def _axes(module: FixedConv2d) -> list[Axis]:
    step = (module.weight.shape[2], module.stride, module.before, 1, module.padding_mode)
    return [Axis(*step)] * 2
