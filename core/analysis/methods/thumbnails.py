"""What does each layer make of the image, at a glance?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isqrt, sqrt

import numpy as np
from torch import Tensor

from core.analysis.declare import analysis
from core.analysis.methods.activations import as_maps
from core.data.images import tiles
from core.network.subject import Subject
from core.options import option
from core.results import Bytes, Floats, Thumbnails

#: Maps are thinned out to at most this many pixels a side: three of them fill a card.
MAP_SIDE = 16


@dataclass(frozen=True)
class ThumbnailsParams:
    """Which layers are drawn, and how many of their maps."""

    layers: str = option("", label="Layers", help="Names between commas; none: all layers")
    across: int = option(3, 1, 8, label="Maps across", help="At most so many maps in a row")


@analysis("Thumbnails", live=True)
def thumbnails(
    subject: Subject, image: Tensor, params: ThumbnailsParams = ThumbnailsParams()
) -> Thumbnails:
    """One small picture per layer: its maps of greatest contrast, in the order of the channels.

    Each map is on its own scale; a vector is drawn as one map.  Raises UserError for the name of
    a layer that is not there.
    """
    asked = [name.strip() for name in params.layers.split(",") if name.strip()]
    names = asked or [row.name for row in subject.table if row.shape]
    outputs = subject.outputs(image, *names)
    return Thumbnails({name: _picture(outputs[name], name, params.across) for name in names})


def _picture(output: Tensor, layer: str, across: int) -> Bytes:
    if output.ndim == 3 and output[0].numel() > 1:
        maps = _of_most_contrast(_thinned(output), across)
        return tiles(maps, isqrt(len(maps)), gap=1).picture
    values = as_maps(output, layer)
    return tiles(values, ceil(sqrt(len(values))), shared=True, gap=0).picture


def _thinned(output: Tensor) -> Floats:
    """Every so many-th pixel of maps [N, h, w]."""
    step = ceil(max(output.shape[1:]) / MAP_SIDE)
    thin = output[:, step // 2 :: step, step // 2 :: step]
    maps: Floats = thin.detach().float().cpu().numpy()
    return maps


def _of_most_contrast(maps: Floats, across: int) -> Floats:
    """As many maps of [N, h, w] as fill a square, at most `across` wide, in their order."""
    count = min(across, isqrt(len(maps))) ** 2
    contrast = maps.max((1, 2)) - maps.min((1, 2))
    best = np.sort(np.argsort(-contrast, kind="stable")[:count])
    return np.ascontiguousarray(maps[best])
