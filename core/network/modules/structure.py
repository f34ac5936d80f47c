"""The torch modules of layers that weigh, join or widen channels.

Each prints itself as the expression that makes it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Product(nn.Module):
    """The product of all inputs, value by value; a side of 1 is repeated along the others'."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        """One tensor of the inputs' largest sides."""
        for other in others:
            first = first * other
        return first


class SqueezeExcite(nn.Module):
    """Each channel times a gate of 0 to 1 that two dense layers make of all channels' means."""

    def __init__(self, channels: int, hidden: int, bias: bool = True) -> None:
        super().__init__()
        self.channels, self.hidden, self.bias = channels, hidden, bias
        self.squeeze = nn.Linear(channels, hidden, bias)
        self.excite = nn.Linear(hidden, channels, bias)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, …] for [B, C, …]."""
        means = x.flatten(2).mean(2)
        gates: Tensor = self.excite(self.squeeze(means).relu()).sigmoid()
        return x * gates.reshape(*gates.shape, *(1,) * (x.ndim - 2))

    def __repr__(self) -> str:
        sizes = f"channels={self.channels}, hidden={self.hidden}, bias={self.bias}"
        return f"SqueezeExcite({sizes})"


class PadChannels(nn.Module):
    """The input with `extra` channels of zeros after its own."""

    def __init__(self, extra: int) -> None:
        super().__init__()
        self.extra = extra

    def forward(self, x: Tensor) -> Tensor:
        """[B, C + extra, …] for [B, C, …]."""
        zeros = x.new_zeros(x.shape[0], self.extra, *x.shape[2:])
        return torch.cat((x, zeros), 1)

    def extra_repr(self) -> str:
        """The arguments that make it."""
        return f"extra={self.extra}"
