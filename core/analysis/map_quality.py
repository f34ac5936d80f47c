"""How well does a map keep the neighbours that its points have in the space it is a picture of?"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from core.analysis.neighbours import nearest, squared_distances
from core.jobs import Progress
from core.results import Floats

#: Rows of distances that are held at once.
ROWS = 256


def map_quality(
    features: Floats, points: Floats, count: int = 10
) -> Generator[Progress, None, dict[str, float]]:
    """Two numbers of 0..1, from the `count` nearest neighbours in `features` [n, d] and on the map.

    "neighbours kept": the share of a point's neighbours in the space that are its neighbours on
    the map (recall).  "trustworthiness": 1 if all neighbours on the map are neighbours in the
    space too, less by how far down the list they are there (Venna & Kaski 2001, equation 1, for
    fewer than n / 2 neighbours).  `points` [n, 2].
    """
    space, plane = torch.from_numpy(features), torch.from_numpy(points)
    total = len(space)
    kept, intruding = 0, 0.0
    for first in range(0, total, ROWS):
        squared = squared_distances(space[first : first + ROWS], space)
        squared.diagonal(first).fill_(-1)  # before all others
        true = squared.topk(count + 1, largest=False).indices[:, 1:]
        _, shown = nearest(plane[first : first + ROWS], plane, count, first)
        kept += int((true[:, :, None] == shown[:, None, :]).sum())
        intruding += float((_ranks(squared, shown) - count).clamp_min(0).sum())
        yield Progress(min(first + ROWS, total), total, label="Comparing neighbours")
    worst = total * count * (2 * total - 3 * count - 1) / 2
    return {
        "neighbours kept": kept / (total * count),
        "trustworthiness": float(np.clip(1 - intruding / worst, 0, 1)),
    }


def _ranks(squared: Tensor, chosen: Tensor) -> Tensor:
    """The place of each chosen point in the list by distance; the point itself has place 0."""
    distances = squared.gather(1, chosen)
    return torch.stack([(squared < column[:, None]).sum(1) for column in distances.T], 1)
