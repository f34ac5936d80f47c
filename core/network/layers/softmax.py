"""Scores to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer

if TYPE_CHECKING:
    from torch import nn


@layer("Softmax", group="Vectors")
@dataclass(frozen=True)
class Softmax(LayerKind):
    """exp(x) divided by its sum over the vector, or over the channels at each place of maps."""

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        return nn.Softmax(dim=1)
