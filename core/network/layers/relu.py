"""Rectifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("ReLU", group="Activation", leading=("limit",))
@dataclass(frozen=True)
class Relu(LayerKind):
    """max(0, x), and at most `limit` where that is not 0."""

    limit: int = option(
        0, 0, 100, label="Limit", help="Greatest output; 6: ReLU6, 0: none", lowest="none"
    )

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        if not self.limit:
            return nn.ReLU()
        return nn.ReLU6() if self.limit == 6 else nn.Hardtanh(0.0, self.limit)

    def summary(self) -> str:
        return f"at most {self.limit}" if self.limit else ""
