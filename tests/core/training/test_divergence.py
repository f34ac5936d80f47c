from __future__ import annotations

import torch
from torch import nn

from core.training.divergence import first_bad_layer, first_bad_weight


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 2))


def spoil(module: nn.Sequential, name: str) -> nn.Sequential:
    """The same network with one number of its state that is none."""
    module.state_dict()[name][0] = torch.nan
    return module


def test_names_the_first_layer_that_gives_no_number() -> None:
    assert first_bad_layer(spoil(network(), "2.bias"), torch.ones(3, 2)) == "2"
    assert first_bad_layer(network(), torch.ones(3, 2)) == ""


def test_looking_leaves_the_network_as_it_is() -> None:
    looked = network()

    first_bad_layer(looked, torch.ones(3, 2))

    expected = network().state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in looked.state_dict().items())
    assert not any(part._forward_hooks for part in looked.modules())


def test_names_the_first_layer_with_weights_that_are_no_numbers() -> None:
    broken = spoil(spoil(network(), "2.weight"), "1.running_mean")

    assert first_bad_weight(broken) == "1"
    assert first_bad_weight(network()) == ""
