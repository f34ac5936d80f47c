"""Convolutions along one, two and three sides, and dense layers."""

from __future__ import annotations

import numpy as np
from torch import Tensor, nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import Axis, bias_of, numbers, pages, per_side, weighted_sum
from core.arithmetic import column
from core.arithmetic.weighted_sum import WeightedSum
from core.errors import UserError
from core.network.modules.convolution import PaddedConv1d, PaddedConv2d, PaddedConv3d


@arithmetic(nn.Conv1d, nn.Conv2d, nn.Conv3d)
def convolution(module: nn.Conv1d | nn.Conv2d | nn.Conv3d, site: Site) -> WeightedSum:
    """The window of the unit's group of channels, and the unit's kernel."""
    kernel = module.weight[site.unit]
    group = site.unit // (module.out_channels // module.groups)
    channels = range(group * len(kernel), (group + 1) * len(kernel))
    return weighted_sum(
        site.given[0][channels.start : channels.stop],
        site.place,
        convolution_axes(module),
        kernel,
        bias_of(module.bias, site.unit),
        slices=pages(channels, kernel.shape[1:]),
        captions=(_caption(kernel), "Kernel"),
    )


@arithmetic(nn.Linear)
def dense(module: nn.Linear, site: Site) -> WeightedSum:
    """All values that come in, and the unit's weights."""
    if site.given[0].ndim != 1:
        raise UserError("This dense layer is not given a vector; choose another layer.")
    return WeightedSum(
        column(numbers(site.given[0])),
        column(numbers(module.weight[site.unit])),
        np.ones((1, 1), bool),
        bias_of(module.bias, site.unit),
        captions=("Values", "Weights"),
    )


def convolution_axes(module: nn.Conv1d | nn.Conv2d | nn.Conv3d) -> list[Axis]:
    """How a convolution's window steps along each side."""
    steps = (module.kernel_size, module.stride, _padding_before(module), module.dilation)
    return [Axis(*step, module.padding_mode) for step in zip(*steps, strict=True)]


def _caption(kernel: Tensor) -> str:
    """What the window of a kernel [C, *sides] is called."""
    is_rows = kernel.ndim == 2 and len(kernel) > 1
    return "Window, a row for each channel" if is_rows else "Window"


def _padding_before(module: nn.Conv1d | nn.Conv2d | nn.Conv3d) -> tuple[int, ...]:
    """The padding at the start of each side."""
    sides = len(module.kernel_size)
    if isinstance(module, PaddedConv1d | PaddedConv2d | PaddedConv3d):
        return per_side(module.before, sides)
    if module.padding == "same":  # torch puts the odd one at the end
        steps = zip(module.kernel_size, module.dilation, strict=True)
        return tuple((kernel - 1) * dilation // 2 for kernel, dilation in steps)
    return per_side(0 if isinstance(module.padding, str) else module.padding, sides)
