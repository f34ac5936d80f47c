"""Transposed convolutions: which cells reach one, and with which weights."""

from __future__ import annotations

from typing import cast

from torch import nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import TransposedAxis, bias_of, pages, weighted_sum
from core.arithmetic.weighted_sum import WeightedSum

Transposed = nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d


@arithmetic(nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
def transposed_convolution(module: Transposed, site: Site) -> WeightedSum:
    """A convolution with the kernel turned round, over maps with gaps between their cells.

    A number of the window is no cell, but a gap, where a tap of the kernel reaches no cell.
    """
    channels, filters = len(site.given[0]) // module.groups, module.weight.shape[1]
    group, unit = divmod(site.unit, filters)
    read = range(group * channels, (group + 1) * channels)
    kernel = module.weight[read.start : read.stop, unit]
    sides = tuple(range(1, kernel.ndim))
    cut = cast(tuple[int, ...], module.padding)  # torch takes no word for it here
    steps = (module.kernel_size, module.stride, cut, module.dilation)
    return weighted_sum(
        site.given[0][read.start : read.stop],
        site.place,
        [TransposedAxis(*step) for step in zip(*steps, strict=True)],
        kernel.flip(sides),
        bias_of(module.bias, site.unit),
        slices=pages(read, kernel.shape[1:]),
        captions=("Cells, with gaps", "Kernel, turned round"),
    )
