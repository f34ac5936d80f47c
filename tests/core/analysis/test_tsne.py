from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN, PrecomputedAffinities
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE

from core.analysis import tsne as module
from core.analysis.map_quality import map_quality
from core.analysis.tsne import affinities, tsne
from core.jobs import finish
from core.results import Floats

SHORT = {"perplexity": 10.0, "iterations": 60, "exaggeration": 12.0, "exaggerated": 20}


def digits(count: int) -> Floats:
    found: Floats = load_digits().data[:count].astype(np.float32)
    return found


def components(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(0)
    projected: Floats = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
    return projected


def map_of(features: Floats, seed: int = 0, **options: float) -> Floats:
    points: Floats = finish(tsne(features, seed=seed, **(SHORT | options)))  # type: ignore[arg-type]
    return points


def kept(features: Floats, points: NDArray[np.floating]) -> float:
    found = finish(map_quality(features, points.astype(np.float32)))
    return float(found["neighbours kept"])


def test_keeps_the_neighbours_of_the_digits_as_well_as_scikit_learn() -> None:
    features = components(digits(400))
    ours = map_of(features, perplexity=30.0, iterations=500, exaggerated=250)
    theirs = TSNE(perplexity=30, max_iter=500, random_state=0).fit_transform(features)
    assert kept(features, ours) >= kept(features, theirs) - 0.01


def test_affinities_equal_those_of_opentsne() -> None:
    noise = np.random.default_rng(0).normal(size=(300, 64))  # equal distances have no one order
    features = digits(300) + noise.astype(np.float32)
    ours = finish(affinities(torch.from_numpy(features), 15.0))
    theirs = PerplexityBasedNN(features.astype(float), 15, method="exact").P
    assert abs(ours - theirs).sum() < 1e-3
    assert abs(ours - theirs).max() < 1e-3 * theirs.max()
    assert ours.sum() == pytest.approx(1, abs=1e-6)


def test_steps_in_small_parts_end_where_one_long_call_does() -> None:
    features = components(digits(120))
    joint = finish(affinities(torch.from_numpy(features), 10.0))
    expected = TSNEEmbedding(
        module._first_points(features, 3),
        PrecomputedAffinities(joint.copy(), normalize=False),
        negative_gradient_method="bh",
    )
    expected.optimize(20, inplace=True, exaggeration=12, momentum=0.8)
    expected.optimize(40, inplace=True, momentum=0.8)
    points = map_of(features, seed=3)
    np.testing.assert_allclose(points, expected, rtol=1e-3, atol=1e-3 * points.std())


def test_the_same_seed_gives_the_same_map() -> None:
    features = components(digits(100))
    first = map_of(features, seed=5)
    np.testing.assert_array_equal(map_of(features, seed=5), first)
    assert (map_of(features, seed=6) != first).any()


def test_grows_while_it_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 32)
    told = list(tsne(components(digits(100)), seed=0, **SHORT))  # type: ignore[arg-type]
    assert told[0].label == "Loading openTSNE"
    points = [news.partial for news in told if news.partial is not None]
    assert len(points) > 3
    assert all(there.dtype == np.float32 and there.shape == (100, 2) for there in points)
    assert points[0].std() < points[-1].std()
    assert told[-1].done == told[-1].total == SHORT["iterations"]
    shares = [news.done / news.total for news in told]
    assert shares == sorted(shares)
    assert "Neighbours 100 of 100" in [news.label for news in told]


def test_features_of_one_dimension_have_a_map_too() -> None:
    line = np.linspace(0, 1, 60, dtype=np.float32)[:, None]
    points = map_of(line - line.mean())
    assert np.isfinite(points).all()
    assert kept(line, points) > 0.7
