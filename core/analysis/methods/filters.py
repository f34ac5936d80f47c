"""Which pattern does each unit of a convolution weigh its input with?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import torch
from torch import Tensor

from core.analysis.declare import analysis
from core.data.images import tiles
from core.errors import UserError
from core.network.subject import Subject
from core.options import option
from core.results import Floats, MapGrid

#: Input channels of a colour picture.
RGB = 3
#: Along how many sides the kernels slide that are shown.
KERNELS = (1, 2, 3)


@dataclass(frozen=True)
class FiltersParams:
    """Which kernels are shown, and on which scale."""

    show: str = option(
        "every",
        label="Show",
        choices={
            "every": "Every kernel",
            "selected": "Every input of the selected kernel",
        },
        help="One tile for each unit, or one for each input channel of the selected unit",
    )
    channel: int = option(
        0,
        -1,
        65535,
        label="Input channel",
        help="Of kernels without colours; -1: mean of all",
        lowest="mean of all",
    )
    scale: str = option(
        "each",
        label="Scale",
        choices={"each": "Each kernel", "shared": "All kernels"},
        help="Contrast of each kernel by itself, or of all kernels on one scale",
    )


@analysis("Filters", source="lecture 000, Visualizing trained filters")
def filters(
    subject: Subject, layer: str, unit: int = 0, params: FiltersParams = FiltersParams()
) -> MapGrid:
    """The kernels of a convolution as maps [N, h, w] of signed weights.

    Of a layer that changes its maps one by one, such as a pooling, those of the convolution above.
    Those with 3 inputs are colours [N, h, w, 3], zero mid-grey and the largest weight 0 or 1.
    1 x 1 kernels, which have no pattern in space, are rows [N, 1, C] of their weights by input
    channel.  Those of signals are maps [N, C, k] with a row for each input channel; those of clips
    have their moments side by side.
    `statistics`: the norm and the mean of each kernel, or of each shown input of one.
    Raises UserError if the layer has no kernels, or no such unit or input channel.
    """
    layer = subject.kernel_layer(layer, KERNELS)
    weights = subject.kernels(layer, KERNELS).to("cpu", torch.float32, copy=True)  # it may train
    kernels = _as_pictures(weights)
    maps, meaning, names = (
        _inputs_of(kernels, layer, unit)
        if params.show == "selected"
        else _one_of_each(kernels, layer, params)
    )
    flat = maps.reshape(len(maps), -1) if params.show == "selected" else kernels.flatten(1).numpy()
    return MapGrid(
        maps,
        meaning,
        signed=maps.ndim == 3,
        layer=layer,
        names=names,
        statistics={"norm": np.linalg.norm(flat, axis=1), "mean": flat.mean(1)},
        tiles=tiles(maps, ceil(sqrt(len(maps))), shared=params.scale == "shared", signed=True),
    )


def as_colours(weights: Floats, largest: Floats) -> Floats:
    """Weights [N, 3, h, w] as colours [N, h, w, 3]: zero mid-grey, `largest` [N] 0 or 1."""
    reach = np.where(largest > 0, largest, 1)[:, None, None, None]
    colours: Floats = np.clip(weights / (2 * reach) + 0.5, 0, 1).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(colours, np.float32)


def _as_pictures(weights: Tensor) -> Tensor:
    """Kernels [N, C, h, w] of those for signals [N, C, k], pictures, or clips [N, C, t, h, w]."""
    if weights.ndim == 3:
        return weights[:, None]
    if weights.ndim == 5:
        return weights.transpose(2, 3).flatten(3)
    return weights


def _one_of_each(
    kernels: Tensor, layer: str, params: FiltersParams
) -> tuple[Floats, str, tuple[str, ...]]:
    count, channels, height, width = kernels.shape
    if channels == RGB:
        weights = kernels.numpy()
        largest = np.abs(weights).max((1, 2, 3))
        if params.scale == "shared":
            largest = np.full_like(largest, largest.max())
        return as_colours(weights, largest), "weight of each colour, zero at 0.5", ()
    if height == width == 1:
        rows = kernels.view(count, 1, channels).numpy()
        return rows, "weight of each input channel, from left to right", ()
    if channels == 1:
        return kernels[:, 0].numpy(), "weight", ()
    if params.channel < 0:
        return kernels.mean(1).numpy(), f"mean weight over {channels} input channels", ()
    if params.channel >= channels:
        raise UserError(
            f"A kernel of {layer} has {channels} input channels, 0 to {channels - 1}; there is "
            f"no input channel {params.channel}. Choose -1 for the mean of all."
        )
    chosen = kernels[:, params.channel].contiguous().numpy()
    return chosen, f"weight of input channel {params.channel} of {channels}", ()


def _inputs_of(kernels: Tensor, layer: str, unit: int) -> tuple[Floats, str, tuple[str, ...]]:
    count, channels = kernels.shape[:2]
    if not 0 <= unit < count:
        raise UserError(f"{layer} has {count} units, 0 to {count - 1}; there is no unit {unit}.")
    names = tuple(f"input {channel}" for channel in range(channels))
    return kernels[unit].numpy(), f"weight in the kernel of unit {unit}", names
