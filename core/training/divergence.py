"""Where a network's numbers stop being numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from core.errors import UserError
from core.network.foreign.trace import tensors


class Diverged(UserError):
    """The loss is no number any more."""


def diverged(step: int, rate: float, place: str) -> Diverged:
    """The sentence for a training that cannot go on at `step`; `place` is where it began."""
    return Diverged(
        f"Training stopped at step {step}: the loss is no number any more{place}. "
        f"Choose a learning rate below {rate:g}."
    )


def first_bad_layer(network: nn.Module, images: Tensor) -> str:
    """The name of the first layer that gives what is no number for these images, or "".

    The network stays as it is, what batch normalisation remembers included.
    """
    found: list[str] = []
    with _watched(network, found), _kept_buffers(network), torch.no_grad():
        network(images)
    return found[0] if found else ""


def first_bad_weight(network: nn.Module) -> str:
    """The name of the first layer with weights that are no numbers, or ""."""
    values = {
        name: value for name, value in network.state_dict().items() if value.is_floating_point()
    }
    if isfinite(float(get_total_norm(list(values.values())))):  # all in one call
        return ""
    bad = (name for name, value in values.items() if not bool(value.isfinite().all()))
    return next(bad, "").partition(".")[0]


@contextmanager
def _watched(network: nn.Module, found: list[str]) -> Iterator[None]:
    """Within the block `found` takes the names of layers that give what is no number."""

    def watch(name: str) -> Any:
        def look(_: nn.Module, __: Any, output: Any) -> None:
            if not all(bool(value.isfinite().all()) for value in tensors(output)):
                found.append(name)

        return look

    hooks = [part.register_forward_hook(watch(name)) for name, part in network.named_children()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _kept_buffers(network: nn.Module) -> Iterator[None]:
    """After the block the network's buffers are as before."""
    kept = [buffer.clone() for buffer in network.buffers()]
    try:
        yield
    finally:
        for buffer, value in zip(network.buffers(), kept, strict=True):
            buffer.copy_(value)
