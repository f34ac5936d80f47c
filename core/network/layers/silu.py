"""Sigmoid linear unit, or swish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("SiLU", group="Activation")
@dataclass(frozen=True)
class Silu(LayerKind):
    """x / (1 + exp(-x)): x times its own sigmoid.

    Source: Elfwing, Uchibe & Doya 2017, arXiv:1702.03118.
    """

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.SiLU()
