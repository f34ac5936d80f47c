"""Gaussian error linear unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("GELU", group="Activation")
@dataclass(frozen=True)
class Gelu(LayerKind):
    """x times the share of a normal distribution that lies below x.

    Source: Hendrycks & Gimpel 2016, arXiv:1606.08415.
    """

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.GELU()
