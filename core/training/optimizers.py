"""The optimiser: made, steered, and what it remembers."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from core.errors import UserError
from core.training.settings import TrainParams

_KINDS: Mapping[str, type[Optimizer]] = {"adam": Adam, "adamw": AdamW, "sgd": SGD, "nesterov": SGD}


def optimizer_of(network: nn.Module, params: TrainParams) -> Optimizer:
    """The optimiser of a network's weights, on their device.

    Raises UserError if it has none.
    """
    weights = list(network.parameters())
    if not weights:
        raise UserError("There is nothing to learn: add a convolution or a Dense layer.")
    # fused: all weights in one call, a quarter of the time of torch's default on the CPU
    optimizer = _KINDS[params.optimizer](weights, lr=params.rate, fused=True)  # type: ignore[call-arg]
    steer(optimizer, params, params.rate)
    return optimizer


def steer(optimizer: Optimizer, params: TrainParams, rate: float) -> None:
    """Set the rate, the momentum (Adam's beta 1) and the weight decay of the next step."""
    for group in optimizer.param_groups:
        group["lr"] = rate
        group["weight_decay"] = params.weight_decay
        if "betas" in group:
            group["betas"] = (params.momentum, group["betas"][1])
        else:
            group["momentum"] = params.momentum
            # without momentum there is nothing to look ahead along
            group["nesterov"] = params.optimizer == "nesterov" and params.momentum > 0


def skip_where(optimizer: Optimizer, bad: Tensor) -> None:
    """Let the next step change nothing if `bad` [] is 1.0, decided on its device.

    So nobody waits for the device: torch's GradScaler tells the fused optimisers in this way.
    """
    optimizer.found_inf = bad  # type: ignore[attr-defined]


def moments_of(optimizer: Optimizer, network: nn.Module) -> dict[str, Tensor]:
    """Copies, on the CPU, of what the optimiser remembers, such as "conv1.weight/exp_avg"."""
    return {
        f"{name}/{key}": copied(value)
        for name, weight in network.named_parameters()
        for key, value in optimizer.state[weight].items()
        if isinstance(value, Tensor)
    }


def restore_moments(
    optimizer: Optimizer, network: nn.Module, moments: Mapping[str, Tensor]
) -> None:
    """Let the optimiser remember what `moments_of` gave; what is not of a weight is left out."""
    weights = dict(network.named_parameters())
    for path, value in moments.items():
        name, _, key = path.rpartition("/")
        if name not in weights:
            continue
        weight = weights[name].detach()
        # in the weight's own layout, which the fused optimisers take for granted
        own = torch.empty_like(weight if value.ndim else value, device=weight.device)
        optimizer.state[weights[name]][key] = own.copy_(value)


def copied(value: Tensor) -> Tensor:
    """A copy on the CPU, its values in the order of its axes."""
    return value.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
