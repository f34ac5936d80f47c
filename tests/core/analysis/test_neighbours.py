from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from core.analysis.neighbours import gaussian_weights, nearest


@pytest.fixture
def points() -> Tensor:
    return torch.randn(60, 5, generator=torch.Generator().manual_seed(0))


def test_finds_the_nearest_first(points: Tensor) -> None:
    queries = torch.randn(7, 5, generator=torch.Generator().manual_seed(1))
    expected = torch.cdist(queries, points).square().sort(1)
    squared, indices = nearest(queries, points, 4)
    torch.testing.assert_close(squared, expected.values[:, :4], rtol=1e-4, atol=1e-4)
    assert indices.tolist() == expected.indices[:, :4].tolist()


def test_a_point_is_not_its_own_neighbour(points: Tensor) -> None:
    expected = torch.cdist(points, points).fill_diagonal_(math.inf).argsort(1)[20:30, :3]
    _, indices = nearest(points[20:30], points, 3, 20)
    assert indices.tolist() == expected.tolist()


@pytest.mark.parametrize("perplexity", [2.0, 5.0, 12.0])
def test_weights_have_the_perplexity_asked_for(points: Tensor, perplexity: float) -> None:
    squared, _ = nearest(points, points, 40, 0)
    weights = gaussian_weights(squared, perplexity)
    entropy = -(weights * weights.clamp_min(1e-30).log()).sum(1)
    torch.testing.assert_close(entropy.exp(), torch.full((60,), perplexity), rtol=1e-3, atol=0)
    torch.testing.assert_close(weights.sum(1), torch.ones(60))


def test_equal_distances_weigh_the_same() -> None:
    weights = gaussian_weights(torch.full((1, 8), 3.0), 4.0)
    torch.testing.assert_close(weights, torch.full((1, 8), 1 / 8))


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_weights_do_not_depend_on_the_unit_of_distance(points: Tensor, scale: float) -> None:
    squared, _ = nearest(points, points, 20, 0)
    torch.testing.assert_close(
        gaussian_weights(squared * scale, 5.0), gaussian_weights(squared, 5.0), rtol=1e-3, atol=1e-5
    )
