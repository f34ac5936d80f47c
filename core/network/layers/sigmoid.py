"""Logistic activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Sigmoid", group="Activation")
@dataclass(frozen=True)
class Sigmoid(LayerKind):
    """1 / (1 + exp(-x)): between 0 and 1."""

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.Sigmoid()
