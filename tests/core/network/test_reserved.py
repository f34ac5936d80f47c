"""The names that torch keeps for itself."""

from __future__ import annotations

import pytest

from core.network.layer_table import is_name, layer_table, problems
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.repair import mended
from core.network.spec import ModelSpec, Node


def named(name: str) -> ModelSpec:
    return ModelSpec("Named", (1, 4, 4), (Node(name, Relu()),))


def test_no_layer_takes_what_a_network_has_already() -> None:
    network = Network(named("relu1"))
    assert [name for name in dir(network) if is_name(name)] == ["relu1"]


@pytest.mark.parametrize("name", ["forward", "training", "plan", "_modules", "__init__"])
def test_a_layer_of_such_a_name_says_so_and_can_be_mended(name: str) -> None:
    assert layer_table(named(name))[0].problem == (
        f"The name {name!r} is taken by torch itself; choose another."
    )
    assert not problems(mended(named(name)))


@pytest.mark.parametrize("name", ["self", "x", "torch", "class", "weight", "1", "_a"])
def test_other_names_are_free(name: str) -> None:
    assert not problems(named(name))
