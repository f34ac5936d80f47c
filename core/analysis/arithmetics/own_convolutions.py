"""Convolutions that torch has no module for: separable, unshared, tiled, by a table."""

from __future__ import annotations

from torch import Tensor

from core.analysis.arithmetic_of import arithmetic
from core.analysis.arithmetics.convolution import convolution_axes
from core.analysis.site import Site
from core.analysis.windows import Axis, bias_of, numbers, pages, weighted_sum, window
from core.arithmetic.separable_sum import SeparableSum
from core.arithmetic.weighted_sum import WeightedSum
from core.network.modules.convolution import LocallyConnected2d, SeparableConv2d, TiledConv2d
from core.network.modules.table import TableConv2d


@arithmetic(SeparableConv2d)
def separable(module: SeparableConv2d, site: Site) -> SeparableSum:
    """The windows and kernels of all depthwise maps, and the unit's weights of these."""
    axes = convolution_axes(module.depthwise)
    values, inside = window(site.given[0], site.place, axes)
    sources = [k // module.multiplier for k in range(len(module.depthwise.weight))]
    return SeparableSum(
        values[sources],
        numbers(module.depthwise.weight[:, 0]),
        inside,
        numbers(module.pointwise.weight[site.unit, :, 0, 0]),
        bias_of(module.pointwise.bias, site.unit),
        tuple(f"channel {source}" for source in sources),
    )


@arithmetic(LocallyConnected2d)
def locally_connected(module: LocallyConnected2d, site: Site) -> WeightedSum:
    """The kernel and the bias that this cell alone has."""
    row, column = site.place
    kernel = module.weight[row, column, site.unit]
    caption = f"Kernel of cell ({row}, {column})"
    bias = bias_of(module.bias, site.index)
    return _slid(module, site, kernel, bias, caption)


@arithmetic(TiledConv2d)
def tiled(module: TiledConv2d, site: Site) -> WeightedSum:
    """The kernel whose turn it is at this cell."""
    turn = tuple(place % module.tiles for place in site.place)
    kernel = module.weight[(*turn, site.unit)]
    caption = f"Kernel {turn} of {module.tiles} × {module.tiles}"
    return _slid(module, site, kernel, bias_of(module.bias, (*turn, site.unit)), caption)


@arithmetic(TableConv2d)
def by_a_table(module: TableConv2d, site: Site) -> WeightedSum:
    """The maps that the unit reads, and its kernel for each of them."""
    read = list(module.reads[site.unit])
    bias = None
    if module.bias is not None:  # of a map, or of each of its cells
        bias = float(module.bias[site.unit].expand(site.shape[1:])[site.place])
    return weighted_sum(
        site.given[0][read],
        site.place,
        _axes(module),
        module.weight[site.unit, read],
        bias,
        slices=pages(read, site.place),
        fill=module.background,
    )


def _slid(
    module: LocallyConnected2d | TiledConv2d,
    site: Site,
    kernel: Tensor,
    bias: float | None,
    caption: str,
) -> WeightedSum:
    """A kernel over all channels, at the place of the site."""
    slices = pages(range(len(kernel)), site.place)
    captions = ("Window", caption)
    return weighted_sum(
        site.given[0], site.place, _axes(module), kernel, bias, slices=slices, captions=captions
    )


def _axes(module: LocallyConnected2d | TiledConv2d | TableConv2d) -> list[Axis]:
    return [Axis(module.kernel, module.stride, module.padding)] * 2
