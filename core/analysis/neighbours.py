"""Exact nearest neighbours, and weights that fade with distance, for many points at once."""

from __future__ import annotations

import math

import torch
from torch import Tensor

#: Halvings of the interval for a width; 20 leave about 1e-5 of it.
HALVINGS = 20


def nearest(
    queries: Tensor, points: Tensor, count: int, first: int | None = None
) -> tuple[Tensor, Tensor]:
    """Squared distances and indices [q, count] of the `points` [n, d] nearest to each query [q, d].

    Nearest first.  With `first`, the queries are points `first`, `first` + 1, …, and none is its
    own neighbour.
    """
    squared = squared_distances(queries, points)
    if first is not None:
        squared.diagonal(first).fill_(math.inf)
    found = squared.topk(count, largest=False)
    return found.values, found.indices


def squared_distances(queries: Tensor, points: Tensor) -> Tensor:
    """Squared Euclidean distances [q, n], by one matrix product."""
    squared = torch.addmm(points.square().sum(1), queries, points.T, alpha=-2)
    return squared.add_(queries.square().sum(1, keepdim=True)).clamp_min_(0)


def gaussian_weights(squared: Tensor, perplexity: float) -> Tensor:
    """Weights [q, k] of neighbours at these squared distances, of sum 1, as a Gaussian's.

    Each row's width is such that its entropy is ln(perplexity), the effective number of
    neighbours (van der Maaten & Hinton 2008, section 2): found by halving intervals, all rows at
    once.
    """
    apart = squared - squared.amin(1, keepdim=True)
    low = torch.zeros_like(apart[:, :1])
    high = torch.full_like(low, math.inf)
    mean = apart.mean(1, keepdim=True)
    precision = torch.where(mean > 0, 1 / mean, 1.0)
    for _ in range(HALVINGS):
        weights = torch.exp(-apart * precision)
        total = weights.sum(1, keepdim=True)
        entropy = total.log() + precision * (apart * weights).sum(1, keepdim=True) / total
        too_wide = entropy > math.log(perplexity)
        low, high = torch.where(too_wide, precision, low), torch.where(too_wide, high, precision)
        precision = torch.where(high.isinf(), precision * 2, (low + high) / 2)
    weights = torch.exp(-apart * precision)
    return weights / weights.sum(1, keepdim=True)
