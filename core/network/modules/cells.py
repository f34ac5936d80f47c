"""The torch modules of cells of the visual cortex, and of the Neocognitron's.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, softplus

#: Below a root, so that its gradient is defined at 0.
SILENCE = 1e-12


class ComplexCells(nn.Module):
    """The root of s0² + s1² for each pair of neighbouring maps."""

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, C / 2, H, W] for maps [B, C, H, W]."""
        return (x[:, ::2].square() + x[:, 1::2].square() + SILENCE).sqrt()


class SCells(nn.Module):
    """Cells of the Neocognitron that answer to what resembles their template.

    Its parameters are real numbers, and their softplus is what must not be negative: the templates
    X [filters, C, K, K] of `template`, and the inhibitions b [filters] of `inhibition`.  A kernel
    is c X with the Gaussian c of the inhibiting cell, as Fukushima's learning makes it.
    """

    pool: Tensor

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        selectivity: float = 1.0,
    ) -> None:
        super().__init__()
        self.stride, self.padding, self.selectivity = stride, padding, selectivity
        self.register_buffer("pool", _gaussian(kernel) / channels, persistent=False)
        templates = torch.empty(filters, channels, kernel, kernel).uniform_(0.01, 1)
        # with this b, sum a u / (b v) is the cosine of the angle between template and input
        likeness = (self.pool * templates.square()).sum((1, 2, 3)).sqrt()
        self.template = nn.Parameter(_inverse_softplus(templates))
        self.inhibition = nn.Parameter(_inverse_softplus(likeness))

    @property
    def weight(self) -> Tensor:
        """The kernels a [filters, C, K, K], none of their values below 0."""
        return self.pool * softplus(self.template)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, filters, H', W'] for maps [B, C, H, W] that should not be negative."""
        excited = conv2d(x, self.weight, None, self.stride, self.padding)
        squares, pool = x.square().sum(1, keepdim=True), self.pool[None, None]
        energy = conv2d(squares, pool, None, self.stride, self.padding)
        inhibited = softplus(self.inhibition)[:, None, None] * (energy + SILENCE).sqrt()
        share = self.selectivity / (1 + self.selectivity)
        surplus = (1 + excited) / (1 + share * inhibited) - 1
        return surplus.relu() * self.selectivity

    def extra_repr(self) -> str:
        """The arguments that make it."""
        filters, channels, kernel, _ = self.template.shape
        return (
            f"{channels}, {filters}, kernel={kernel}, stride={self.stride}, "
            f"padding={self.padding}, selectivity={self.selectivity}"
        )


class CCells(nn.Module):
    """Cells of the Neocognitron that answer to a feature wherever it is in their window."""

    pool: Tensor

    def __init__(
        self,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        saturation: float = 0.5,
        lateral: bool = False,
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, padding
        self.saturation, self.lateral = saturation, lateral
        self.register_buffer("pool", _gaussian(kernel), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [B, C, H', W'] from 0 to 1 for maps [B, C, H, W]."""
        channels = x.shape[1]
        pool = self.pool.expand(channels, 1, -1, -1)
        pooled = conv2d(x, pool, stride=self.stride, padding=self.padding, groups=channels)
        if self.lateral:
            pooled = (1 + pooled) / (1 + pooled.mean(1, keepdim=True).relu()) - 1
        positive = pooled.relu()
        return positive / (self.saturation + positive)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return (
            f"kernel={len(self.pool)}, stride={self.stride}, padding={self.padding}, "
            f"saturation={self.saturation}, lateral={self.lateral}"
        )


def _gaussian(side: int) -> Tensor:
    """A Gaussian [side, side] with a standard deviation of side / 4, that sums to 1."""
    places = (torch.arange(side) - (side - 1) / 2) / (side / 4)
    profile = torch.exp(-places.square() / 2)
    weights = torch.outer(profile, profile)
    return weights / weights.sum()


def _inverse_softplus(values: Tensor) -> Tensor:
    return values.expm1().log()
