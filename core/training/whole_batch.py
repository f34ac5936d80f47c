"""Layers that mix the pictures of a batch, where several processes have a part of it each.

They give what they would give for the whole batch: dropout draws for all of it, and batch
normalisation takes the mean and variance over all of it (Ioffe & Szegedy 2015, arXiv:1502.03167).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.autograd import Function
from torch.nn.modules.batchnorm import _BatchNorm

from core.network.modules import Dropout

#: How maps may lie in memory besides the order of their axes, by the number of axes.
_CHANNELS_LAST = {4: torch.channels_last, 5: torch.channels_last_3d}


@dataclass(frozen=True)
class Rows:
    """Which rows of a batch of `count` are learned here: from `begin` up to `end`, perhaps none."""

    begin: int
    end: int
    count: int

    @property
    def is_empty(self) -> bool:
        """Whether others learn the whole batch; one row then stands for none."""
        return self.begin == self.end


#: Gives the rows that are under way; None where each process learns for itself.
Here = Callable[[], Rows | None]


def for_whole_batch(part: nn.Module, here: Here) -> nn.Module:
    """A layer that knows the whole batch, with the weights of `part`; itself if it needs not."""
    if isinstance(part, Dropout):
        return WholeDropout(part, here)
    if isinstance(part, _BatchNorm):
        return WholeBatchNorm(part, here)
    return part


def summed(values: Tensor) -> Tensor:
    """The sum of what all processes have; its gradient is the sum of theirs."""
    result: Tensor = _Sum.apply(values)  # type: ignore[no-untyped-call]
    return result


class WholeDropout(Dropout):
    """Dropout that draws for the whole batch, and applies its own rows."""

    def __init__(self, of: Dropout, here: Here) -> None:
        super().__init__(of.p, of.inplace)
        self._here = here
        self.generator = of.generator
        self.train(of.training)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [rows here, …] with its own share of what is dropped."""
        rows = self._here()
        if not self.training or self.generator is None or rows is None or rows.is_empty:
            return super().forward(x)
        # drawn in the order of memory, so it has to lie there as it does in a single process
        ordered = x.is_contiguous() or x.ndim not in _CHANNELS_LAST
        form = torch.contiguous_format if ordered else _CHANNELS_LAST[x.ndim]
        size = (rows.count, *x.shape[1:])
        kept = torch.empty(size, dtype=x.dtype, device=x.device, memory_format=form)
        kept.bernoulli_(1 - self.p, generator=self.generator)
        return x * kept[rows.begin : rows.end] / (1 - self.p)


class WholeBatchNorm(_BatchNorm):
    """Batch normalisation by the mean and variance over the rows of all processes."""

    def __init__(self, of: _BatchNorm, here: Here) -> None:
        super().__init__(of.num_features, of.eps, of.momentum, of.affine, of.track_running_stats)
        self._here = here
        for name, value in (*of.named_parameters(), *of.named_buffers()):
            setattr(self, name, value)
        self.train(of.training)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [rows here, C, …] normalised."""
        rows = self._here()
        if not self.training or rows is None:
            result: Tensor = super().forward(x)
            return result
        axes = [axis for axis in range(x.ndim) if axis != 1]
        count = rows.count * x[0, 0].numel()
        weight = 0.0 if rows.is_empty else 1.0
        mean = summed(x.sum(axes) * weight) / count
        centred = x - _by_channel(mean, x)
        variance = summed(centred.square().sum(axes) * weight) / count
        self._remember(mean.detach(), variance.detach() * count / max(1, count - 1))
        scaled = centred * _by_channel((variance + self.eps).rsqrt(), x)
        if not self.affine:
            return scaled
        return scaled * _by_channel(self.weight, x) + _by_channel(self.bias, x)

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of axes; the layer that this one stands for has checked its input."""

    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        """Move the running averages towards those of this batch, as torch does."""
        if self.running_mean is None or self.running_var is None:
            return
        assert self.num_batches_tracked is not None  # they come together
        self.num_batches_tracked.add_(1)
        share = self.momentum
        if share is None:
            share = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance, share)


class _Sum(Function):
    """The sum over all processes, of values and, on the way back, of gradients."""

    @staticmethod
    def forward(_: Any, values: Tensor) -> Tensor:
        total = values.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(total)
        return total


def _by_channel(values: Tensor, like: Tensor) -> Tensor:
    """Values [C] as [1, C, 1, …], for maps with as many axes as `like`."""
    return values.reshape(1, -1, *[1] * (like.ndim - 2))
