"""What does each channel of a layer answer to the image?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from torch import Tensor

from core.analysis.declare import analysis
from core.data.images import tiles
from core.errors import UserError
from core.network.subject import Subject
from core.options import option
from core.results import Floats, MapGrid


@dataclass(frozen=True)
class ActivationsParams:
    """What is shown of a layer, and on which scale."""

    after: bool = option(
        True, label="After the non-linearity", help="Off: the values that it is given"
    )
    scale: str = option(
        "each",
        label="Scale",
        choices={"each": "Each map", "shared": "All maps"},
        help="Brightness of each map by itself, or of all maps on one scale",
    )
    columns: int = option(
        0,
        0,
        4096,
        label="Columns",
        help="Maps in a row of the picture; 0: as many as rows",
        lowest="square",
    )


@analysis("Activations", source="Zeiler & Fergus 2014, arXiv:1311.2901, section 2", live=True)
def activations(
    subject: Subject, image: Tensor, layer: str, params: ActivationsParams = ActivationsParams()
) -> MapGrid:
    """The maps [N, h, w] of a layer before or after its non-linearity, with their tiles.

    A vector [N] comes as N maps of one value, side by side without gaps and on one scale, named
    by the classes where they are the scores.  `statistics`: mean, max, and the share of exact
    zeros.  Raises UserError if there is no such layer, or its output is no maps.
    """
    shown = subject.after(layer) if params.after else subject.before(layer)
    maps = as_maps(subject.outputs(image, shown)[shown], shown)
    signed = bool(maps.size and maps.min() < 0)
    vector = maps.shape[1:] == (1, 1)
    return MapGrid(
        maps,
        meaning=f"output of {shown}",
        signed=signed,
        layer=shown,
        names=_names(subject, shown, len(maps)),
        statistics=_statistics(maps),
        tiles=tiles(
            maps,
            params.columns or ceil(sqrt(len(maps))),
            shared=vector or params.scale == "shared",
            signed=signed,
            gap=0 if vector else 1,
        ),
    )


def as_maps(output: Tensor, layer: str) -> Floats:
    """A layer's output as maps [N, h, w], shared with the tensor where it can be.

    A vector [N] becomes [N, 1, 1], a signal [N, T] strips [N, 1, T], and of a clip [N, T, h, w]
    the frames of each map stand side by side.  Raises UserError for more axes.
    """
    tensor = output.detach().float().cpu()
    if tensor.ndim == 3 and not tensor.is_contiguous():  # channels last in memory
        pixels = tensor.permute(1, 2, 0).reshape(-1, len(tensor))
        tensor = pixels.t().contiguous().view(tensor.shape)  # three times as fast as a plain copy
    values: Floats = tensor.contiguous().numpy()
    if values.ndim == 3:
        return values
    if values.ndim == 4:
        return values.swapaxes(1, 2).reshape(len(values), values.shape[2], -1)
    if values.ndim > 4:
        raise UserError(
            f"{layer} gives {' x '.join(map(str, values.shape))} values, which are no maps; "
            "choose a layer that gives channel x height x width."
        )
    return values[:, None] if values.ndim == 2 else values.reshape(-1, 1, 1)


def _statistics(maps: Floats) -> dict[str, Floats]:
    flat = maps.reshape(len(maps), -1)
    zeros = 1 - np.count_nonzero(flat, axis=1) / np.float32(flat.shape[1])
    return {"mean": flat.mean(1), "max": flat.max(1), "zeros": zeros.astype(np.float32)}


def _names(subject: Subject, layer: str, count: int) -> tuple[str, ...]:
    """The classes, where the maps are their scores or probabilities."""
    last = {subject.table[-1].name, subject.scores_layer}
    return subject.classes if layer in last and count == len(subject.classes) else ()
