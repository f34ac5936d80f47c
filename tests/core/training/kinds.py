"""Layer kinds that fail as devices and networks do."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.network.spec import LayerKind, Shape


@dataclass(frozen=True)
class Crowded(LayerKind):
    """Has the memory for so many pictures."""

    most: int

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        return _Crowded(self.most)


class _Crowded(nn.Module):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def forward(self, x: Tensor) -> Tensor:
        if len(x) > self.most:
            raise torch.OutOfMemoryError(f"{len(x)} pictures are more than {self.most}")
        return x


@dataclass(frozen=True)
class Sudden(LayerKind):
    """Gives what is no number from its forward pass number `after` + 1 on, while it trains."""

    after: int

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        return _Sudden(self.after)


class _Sudden(nn.Module):
    def __init__(self, after: int) -> None:
        super().__init__()
        self.after, self.seen = after, 0

    def forward(self, x: Tensor) -> Tensor:
        self.seen += self.training
        return x * torch.nan if self.training and self.seen > self.after else x
