"""Points on a plane whose neighbours are those of the space, step by step.

Source: van der Maaten & Hinton 2008, JMLR 9, 2579-2605; van der Maaten 2014, JMLR 15, 3221-3245
(Barnes-Hut); Belkina et al. 2019, doi:10.1038/s41467-019-13055-y (learning rate).
"""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.neighbours import gaussian_weights, nearest
from core.jobs import Progress
from core.results import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: Queries whose distances are computed at once.
ROWS = 512
#: Aimed at from picture to picture, in s: 25 a second.
PICTURE_SECONDS = 0.04
MOMENTUM = 0.8
#: Spread of the first points, small enough for the forces to be linear, and of what tells equal
#: ones apart, as openTSNE has them.
FIRST_SPREAD, FIRST_NOISE = 1e-4, 1e-6


def tsne(
    features: Floats,
    *,
    perplexity: float,
    iterations: int,
    exaggeration: float,
    exaggerated: int,
    seed: int,
) -> Generator[Progress, None, Floats]:
    """Points [n, 2] for features [n, d] in their principal components.

    The first `exaggerated` of the iterations have all affinities multiplied by `exaggeration`.
    Yields the points as they stand about 25 times a second; the result does not depend on when.
    """
    yield Progress(0, 1, label="Loading openTSNE")
    # Here, as they take about a second to import and the engine starts without.
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PrecomputedAffinities

    joint = yield from affinities(torch.from_numpy(features), perplexity)
    count = len(features)
    embedding = TSNEEmbedding(
        _first_points(features, seed),
        PrecomputedAffinities(joint, normalize=False),
        negative_gradient_method="bh",  # below 10,000 points faster than by Fourier transform
        momentum=MOMENTUM,
        n_jobs=torch.get_num_threads(),
    )
    done = 0
    for factor, end in ((exaggeration, exaggerated), (1.0, iterations)):
        # openTSNE would multiply and divide them with every call, and rounding grows to chaos.
        embedding.affinities = PrecomputedAffinities(joint * factor, normalize=False)
        chunk = 1
        while done < end:
            chunk = min(chunk, end - done)
            began = perf_counter()
            embedding.optimize(chunk, inplace=True, learning_rate=count / factor)
            done += chunk
            points = np.asarray(embedding, np.float32).copy()
            yield Progress(done, iterations, points, f"Step {done:,} of {iterations:,}")
            chunk = max(1, round(chunk * PICTURE_SECONDS / max(perf_counter() - began, 1e-6)))
    return points


def affinities(features: Tensor, perplexity: float) -> Generator[Progress, None, csr_matrix]:
    """The joint probabilities p_ij [n, n] of van der Maaten & Hinton 2008, of sum 1.

    From the 3 * perplexity exact nearest neighbours of each point [n, d].
    """
    from scipy.sparse import csr_matrix  # openTSNE's, which comes as late

    count, neighbours = len(features), round(3 * perplexity)
    columns, values = [], []
    for first in range(0, count, ROWS):
        queries = features[first : first + ROWS]
        squared, indices = nearest(queries, features, neighbours, first)
        columns.append(indices)
        values.append(gaussian_weights(squared, perplexity))
        yield Progress(0, count, label=f"Neighbours {first + len(queries):,} of {count:,}")
    ends = np.arange(0, count * neighbours + 1, neighbours)
    conditional = torch.cat(values).double().numpy().ravel(), torch.cat(columns).numpy().ravel()
    given = csr_matrix((*conditional, ends), shape=(count, count))
    return csr_matrix((given + given.T) / (2 * count))


def _first_points(features: Floats, seed: int) -> NDArray[np.float64]:
    """The first two principal components, very small."""
    points = np.zeros((len(features), 2))
    shown = features[:, :2]
    points[:, : shown.shape[1]] = shown * (FIRST_SPREAD / shown[:, 0].std())
    noise = np.random.default_rng(seed).normal(0, FIRST_NOISE, points.shape)
    return points + noise
