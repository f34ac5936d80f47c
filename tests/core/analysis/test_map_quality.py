from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from core.analysis.map_quality import map_quality
from core.jobs import finish
from core.results import Floats


@pytest.fixture
def features() -> Floats:
    return np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)


def neighbours(points: Floats, count: int) -> list[set[int]]:
    search = NearestNeighbors(n_neighbors=count).fit(points)
    return [set(row) for row in search.kneighbors(return_distance=False).tolist()]


@pytest.mark.parametrize("count", [1, 10])
def test_equals_scikit_learn(features: Floats, count: int) -> None:
    points = features[:, :2]
    found = finish(map_quality(features, points, count))
    expected = trustworthiness(features, points, n_neighbors=count)
    assert found["trustworthiness"] == pytest.approx(expected, abs=1e-5)
    pairs = zip(neighbours(features, count), neighbours(points, count), strict=True)
    kept = sum(len(true & shown) for true, shown in pairs) / (300 * count)
    assert found["neighbours kept"] == pytest.approx(kept, abs=1e-3)


def test_a_map_that_is_the_space_keeps_everything(features: Floats) -> None:
    plane = features[:, :2]
    assert finish(map_quality(plane, plane)) == {"neighbours kept": 1.0, "trustworthiness": 1.0}


def test_a_random_map_keeps_nothing(features: Floats) -> None:
    points = np.random.default_rng(1).normal(size=(300, 2)).astype(np.float32)
    found = finish(map_quality(features, points))
    assert found["neighbours kept"] < 0.08
    assert 0.4 < found["trustworthiness"] < 0.6
