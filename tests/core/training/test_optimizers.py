from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from core.errors import UserError
from core.training.optimizers import moments_of, optimizer_of, restore_moments, steer
from core.training.settings import TrainParams

RATE, DECAY = 0.05, 0.02
PARAMS = TrainParams(rate=RATE, momentum=0.8, weight_decay=DECAY)
THEIRS: dict[str, Callable[[Iterator[nn.Parameter]], Optimizer]] = {
    "adam": lambda w: Adam(w, RATE, betas=(0.8, 0.999), weight_decay=DECAY, foreach=False),
    "adamw": lambda w: AdamW(w, RATE, betas=(0.8, 0.999), weight_decay=DECAY, foreach=False),
    "sgd": lambda w: SGD(w, RATE, 0.8, weight_decay=DECAY, foreach=False),
    "nesterov": lambda w: SGD(w, RATE, 0.8, weight_decay=DECAY, nesterov=True, foreach=False),
}


def network() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(3, 2)


def learn(module: nn.Module, optimizer: Optimizer, steps: int = 4) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        (module(torch.tensor([[1.0, 2.0, 3.0]])) ** 2).sum().backward()
        optimizer.step()


@pytest.mark.parametrize("name", THEIRS)
def test_steps_are_those_of_torchs_own_optimisers(name: str) -> None:
    ours, theirs = network(), network()

    learn(ours, optimizer_of(ours, replace(PARAMS, optimizer=name)))
    learn(theirs, THEIRS[name](theirs.parameters()))

    torch.testing.assert_close(ours.weight, theirs.weight)


@pytest.mark.parametrize("name", THEIRS)
def test_steered_it_steps_as_one_made_so_and_goes_on_from_its_moments(name: str) -> None:
    params = replace(PARAMS, optimizer=name)
    changed = replace(params, momentum=0.3, weight_decay=0.2)
    ours, resumed = network(), network()
    first, second = optimizer_of(ours, params), optimizer_of(resumed, params)
    learn(ours, first)
    resumed.load_state_dict(ours.state_dict())
    restore_moments(second, resumed, moments_of(first, ours))

    for module, optimizer in ((ours, first), (resumed, second)):
        steer(optimizer, changed, 0.01)
        learn(module, optimizer)

    assert torch.equal(ours.weight, resumed.weight)
    assert {group["lr"] for group in first.param_groups} == {0.01}
    assert {group["weight_decay"] for group in first.param_groups} == {0.2}


def test_nesterov_without_momentum_is_plain_descent() -> None:
    ours, theirs = network(), network()
    params = replace(PARAMS, optimizer="nesterov", momentum=0.0, weight_decay=0.0)

    learn(ours, optimizer_of(ours, params))
    learn(theirs, SGD(theirs.parameters(), RATE))

    torch.testing.assert_close(ours.weight, theirs.weight)


def test_a_network_without_weights_has_nothing_to_learn() -> None:
    with pytest.raises(UserError, match="nothing to learn"):
        optimizer_of(nn.Flatten(), PARAMS)
