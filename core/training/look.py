"""One look into a network while it takes a step: gradients, weights, activations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from core.network.layers.relu import Relu
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.tanh import Tanh
from core.network.spec import LayerKind
from core.results import Floats
from core.training.budget import Budget
from core.training.observation import ActivationRow, Histogram, WeightRow

#: Bars of a histogram.
BINS = 64
#: So many values of a layer tell its distribution; those of larger layers are drawn evenly.
SAMPLED = 2**14
#: A unit is dead that was above 0 for none of so many pictures.
PATIENCE = 256
#: A value counts as saturated that is beyond this share of the way to the limit.
NEAR_LIMIT = 0.97


class Look:
    """One step that is watched: hooks on the activations, and the weights as they were before."""

    def __init__(
        self,
        network: nn.Module,
        names: list[str],
        activations: Mapping[str, LayerKind],
        budget: Budget,
    ) -> None:
        modules = dict(network.named_children())
        self._activations = activations
        self._budget = budget
        self._weights = {
            name: found
            for name in names
            if name in modules and (found := weights_of(modules[name]))
        }
        self._before = {name: sample(*found) for name, found in self._weights.items()}
        self._gradients: dict[str, Tensor] = {}
        self._samples: dict[str, Tensor] = {}
        #: By activation layer: which units were above 0, and for how many pictures that is.
        self.active: dict[str, tuple[Tensor, int]] = {}
        self._hooks: list[RemovableHandle] = [
            modules[name].register_forward_hook(partial(self._see, name))
            for name in activations
            if name in modules
        ]

    def close(self) -> None:
        """Take the hooks off."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def take_gradients(self) -> None:
        """Note the norms of the gradients; the activations have been seen."""
        self.close()
        for name, found in self._weights.items():
            gradients = [w.grad for w in found if w.grad is not None]
            self._gradients[name] = norm(gradients) if gradients else found[0].new_zeros(())

    def rows(
        self, silent: Mapping[str, Tensor]
    ) -> tuple[tuple[WeightRow, ...], tuple[ActivationRow, ...]]:
        """What was seen, with what the step changed; waits for the device."""
        after = {name: sample(*found) for name, found in self._weights.items()}
        changes = [norm([after[name] - self._before[name]]) for name in after]
        norms = [norm(found) for found in self._weights.values()]
        sampled = [norm([after[name]]) for name in after]
        gradients = [self._gradients[name] for name in after]
        figures = _numbers([*gradients, *norms, *changes, *sampled]).reshape(4, -1).T
        weights = tuple(
            WeightRow(name, gradient, whole, change / part if part else 0.0, histogram(after[name]))
            for name, (gradient, whole, change, part) in zip(after, figures.tolist(), strict=True)
        )
        return weights, tuple(self._activation(name, silent) for name in self._samples)

    def _activation(self, name: str, silent: Mapping[str, Tensor]) -> ActivationRow:
        values, op = self._samples[name].cpu(), self._activations[name]
        function = type(op).__name__
        deviation, mean = torch.std_mean(values, correction=0)
        dead = silent[name] >= PATIENCE
        if not isinstance(op, Relu):  # only what gives 0 for all below 0 can die
            dead = torch.zeros_like(dead)
        flat = 0.0
        if (ends := flat_beyond(op)) is not None:
            flat = float(((values <= ends[0]) | (values >= ends[1])).float().mean())
        return ActivationRow(
            name, function, float(mean), float(deviation), dead.numpy(), flat, histogram(values)
        )

    def _see(self, name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        with self._budget.spent(), torch.no_grad():
            values = output.detach()
            others = [axis for axis in range(values.ndim) if axis != 1]
            seen, count = self.active.get(name, (False, 0))  # of a batch that comes in parts
            self.active[name] = (seen | (values.amax(others) > 0), count + len(values))
            pictures = max(1, SAMPLED // max(1, values[0].numel()))
            self._samples[name] = sample(values[:pictures])


def flat_beyond(op: LayerKind) -> tuple[float, float] | None:
    """The values at and outside which an activation is flat; None for one that is not."""
    if isinstance(op, Sigmoid):
        return 1 - NEAR_LIMIT, NEAR_LIMIT
    if isinstance(op, Tanh | ScaledTanh):
        limit = op.amplitude if isinstance(op, ScaledTanh) else 1.0
        return -NEAR_LIMIT * limit, NEAR_LIMIT * limit
    return None


def weights_of(module: nn.Module) -> list[Tensor]:
    """The parameters of a layer without its biases; those too where it has nothing else."""
    named = list(module.named_parameters())
    kept: list[Tensor] = [weight for name, weight in named if not name.endswith("bias")]
    return kept or [weight for _, weight in named]


def norm(parts: Sequence[Tensor]) -> Tensor:
    """The Euclidean norm of several tensors as one vector."""
    whole: Tensor = torch.stack([torch.linalg.vector_norm(part) for part in parts]).norm()
    return whole.detach()


def sample(*parts: Tensor) -> Tensor:
    """A copy of at most about `SAMPLED` values, evenly spaced over all."""
    every = max(1, sum(part.numel() for part in parts) // SAMPLED)
    return torch.cat([part.detach().reshape(-1)[::every] for part in parts]).float()


def histogram(values: Tensor) -> Histogram:
    """The distribution of values from the least to the greatest; empty where one is no number."""
    values = values.cpu()
    low, high = (float(end) for end in values.aminmax())
    if not isfinite(high - low):
        return Histogram(np.zeros(BINS, np.int64), 0.0, 0.0)
    if low == high:  # one value: in the middle
        low, high = low - 0.5, high + 0.5
    return Histogram(values.histc(BINS, low, high).long().numpy(), low, high)


def _numbers(parts: Sequence[Tensor]) -> Floats:
    """Scalars as one vector: one wait for the device."""
    return torch.stack(list(parts)).float().cpu().numpy()
