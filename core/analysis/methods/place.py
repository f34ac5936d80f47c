"""Where on a map of samples does this image belong?"""

from __future__ import annotations

import torch
from torch import Tensor

from core.analysis.declare import MISSING, analysis
from core.analysis.feature_space import features_in
from core.analysis.neighbours import gaussian_weights, nearest
from core.errors import UserError
from core.network.subject import Subject
from core.results import Placement, Scatter

#: As in openTSNE's `transform`: few neighbours, so that a point lies in a group, not between.
PERPLEXITY, NEIGHBOURS = 5.0, 15


@analysis(
    "Place on the map",
    source="Poličar, Stražar & Zupan 2023, doi:10.1007/s10994-021-06043-1, section 2.3",
    live=True,
)
def place(subject: Subject, image: Tensor, reference: Scatter) -> Placement:
    """The weighted mean of the points whose samples look most like `image` to the map's layer.

    `reference` is the map that `embedding` made.  Weights fade with the distance in the map's
    feature space; the nearest five count most.
    Raises UserError if the map is of a layer that the network lacks, or of another size.
    """
    space = reference.space
    if space is None:
        raise UserError(MISSING["reference"])
    features = features_in(space, subject.outputs(image, space.layer)[space.layer][None])
    known = torch.from_numpy(space.features)
    squared, indices = nearest(features, known, min(NEIGHBOURS, len(known)))
    weights = gaussian_weights(squared, PERPLEXITY)[0]
    points = torch.from_numpy(reference.points)[indices[0]]
    return Placement((weights @ points).numpy(), indices[0].numpy(), weights.numpy())
