"""Which samples look alike to this layer?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from core.analysis.declare import analysis
from core.analysis.feature_space import principal_space, sample_features
from core.analysis.map_quality import map_quality
from core.analysis.tsne import tsne
from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import Progress
from core.network.subject import Subject
from core.options import option
from core.results import FeatureSpace, Floats, Ints, Scatter

T = TypeVar("T")

#: Principal components that are kept (van der Maaten & Hinton 2008, section 4.2 keeps 30; 50 is
#: usual since).
DIMENSIONS = 50
#: Fewer samples have no neighbourhoods.
FEWEST = 24
#: Samples whose features differ by less than this part of them look the same: it is rounding.
SAME = 1e-6
#: Where the features, the map and its comparison begin and end in the whole of the work.
SHARES = {"features": (0, 300), "map": (300, 960), "quality": (960, 1000)}


@dataclass(frozen=True)
class EmbeddingParams:
    """How many samples are looked at, and how they are laid out."""

    count: int = option(
        1000, FEWEST, 5000, label="Samples", help="How many, drawn at random from the data set"
    )
    perplexity: float = option(
        30.0, 2, 100, label="Perplexity", unit="samples",
        help="Neighbours that each sample is held near to: few for small groups, many for large",
        decimals=0,
    )  # fmt: skip
    averaged: bool = option(
        True, label="Average each map", help="Alike wherever it stands; off: alike place by place"
    )
    iterations: int = option(
        750, 50, 5000, label="Iterations", help="More pull the groups further apart"
    )
    exaggerated: int = option(
        250, 0, 1000, label="Early iterations", help="First ones, with exaggerated attraction"
    )
    exaggeration: float = option(
        12.0, 1, 50, label="Exaggeration", help="Attraction in early iterations: forms groups",
        decimals=0,
    )  # fmt: skip


@analysis(
    "Map of features",
    source="van der Maaten & Hinton 2008, JMLR 9, 2579-2605; Poličar, Stražar & Zupan 2024, "
    "openTSNE, doi:10.18637/jss.v109.i03",
)
def embedding(
    subject: Subject,
    layer: str,
    samples: Samples,
    seed: int = 0,
    params: EmbeddingParams = EmbeddingParams(),
) -> Generator[Progress, None, Scatter]:
    """A map [n, 2] of what the layer gives for n samples, by t-SNE of its principal components.

    Yields after each batch of samples, then the map as it grows, at most 25 times a second.
    Raises UserError if there are too few samples for the perplexity, or all look the same.
    """
    subject.row(layer)
    chosen = _chosen(samples, params, seed)
    vectors = yield from _share(
        "features", sample_features(subject, layer, samples, chosen, params.averaged)
    )
    yield Progress(SHARES["map"][0], 1000, label="Principal components")
    space = principal_space(vectors, layer, params.averaged, DIMENSIONS, seed)
    if space.features[:, 0].std() <= SAME * np.abs(space.centre).max():
        raise UserError(
            f"{layer} gives the same for all {len(chosen):,} samples; choose another layer."
        )
    growing = tsne(
        space.features,
        perplexity=params.perplexity,
        iterations=params.iterations,
        exaggeration=params.exaggeration,
        exaggerated=min(params.exaggerated, params.iterations),
        seed=seed,
    )
    scatter = _scatter(samples, chosen, space)
    points = yield from _share("map", growing, scatter)
    statistics = yield from _share("quality", map_quality(space.features, points))
    return replace(scatter, points=points, statistics=statistics)


def _chosen(samples: Samples, params: EmbeddingParams, seed: int) -> Ints:
    """Positions of the samples that are looked at, in order."""
    count = min(params.count, len(samples))
    if count < FEWEST:
        raise UserError(
            f"{samples.name} has {count} {samples.split} samples; a map needs at least {FEWEST}."
        )
    most = (count - 1) // 3
    if params.perplexity > most:
        raise UserError(
            f"A perplexity of {params.perplexity:g} needs at least "
            f"{round(3 * params.perplexity) + 1} samples, and there are {count}; choose at most "
            f"{most}."
        )
    order = np.random.default_rng(seed).permutation(len(samples))
    return np.sort(order[:count])


def _scatter(samples: Samples, chosen: Ints, space: FeatureSpace) -> Scatter:
    return Scatter(
        np.zeros((len(chosen), 2), np.float32),
        np.asarray(samples.labels)[chosen],
        chosen,
        f"t-SNE of {space.layer}: near means alike, distances and axes have no unit",
        samples.classes,
        space=space,
    )


def _share(
    name: str, work: Generator[Progress, None, T], scatter: Scatter | None = None
) -> Generator[Progress, None, T]:
    """Part of the whole work; points that it reports become the scatter's."""
    begin, end = SHARES[name]
    while True:
        try:
            news = next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
        done = round(begin + (end - begin) * news.done / news.total)
        partial = None
        if scatter is not None and news.partial is not None:
            points: Floats = news.partial
            partial = replace(scatter, points=points)
        yield Progress(done, 1000, partial, news.label)
