"""The torch modules of layer kinds that torch itself has no module for.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Sum(nn.Module):
    """The sum of all inputs, value by value."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        """One tensor of the inputs' common shape."""
        for other in others:
            first = first + other
        return first


class Joined(nn.Module):
    """All inputs one after the other, along the channels."""

    def forward(self, *parts: Tensor) -> Tensor:
        """One tensor [B, sum of channels, …]."""
        return torch.cat(parts, 1)


class Dropout(nn.Dropout):
    """Dropout that draws from its own `generator` where it has one, so that a run can be repeated.

    Torch's own draws from the generator that all threads share.
    """

    generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """`x`, while training with a share of `p` of its values set to 0 and the others scaled."""
        if not self.training or self.generator is None:
            return super().forward(x)
        kept = torch.empty_like(x).bernoulli_(1 - self.p, generator=self.generator)
        return x * kept / (1 - self.p)
