"""Edits of a network: what stays wired to what."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.network import edit, wiring
from core.network.layer_table import layer_table, problems
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.layers.tanh import Tanh
from core.network.spec import ModelSpec, Node


@pytest.fixture
def chain() -> ModelSpec:
    return ModelSpec(
        "chain",
        (1, 8, 8),
        (
            Node("conv1", Conv2d(4, 3, padding=1)),
            Node("relu1", Relu()),
            Node("flatten1", Flatten()),
            Node("dense1", Dense(3)),
        ),
    )


@pytest.fixture
def skip() -> ModelSpec:
    return ModelSpec(
        "skip",
        (4, 8, 8),
        (
            Node("conv1", Conv2d(4, 3, padding=1)),
            Node("relu1", Relu()),
            Node("add1", Add(), ("relu1", "input")),
        ),
    )


def names(spec: ModelSpec) -> list[str]:
    return [node.name for node in spec.nodes]


def test_an_inserted_layer_is_read_by_the_one_after(chain: ModelSpec) -> None:
    spec, name = edit.insert(chain, 2, MaxPool2d(2))
    assert names(spec) == ["conv1", "relu1", "pool1", "flatten1", "dense1"]
    assert layer_table(spec)[3].given == ((4, 4, 4),)
    assert name == "pool1"
    assert not problems(spec)


def test_the_first_layer_of_an_empty_network_reads_the_input() -> None:
    spec, _ = edit.insert(ModelSpec("empty", (1, 8, 8)), 0, Conv2d(2, 3))
    assert layer_table(spec)[0].reads == ("input",)


def test_names_are_never_given_twice(chain: ModelSpec) -> None:
    spec, first = edit.insert(chain, 1, Conv2d(4, 3))
    spec, second = edit.insert(spec, 1, Conv2d(4, 3))
    assert (first, second) == ("conv2", "conv3")


def test_inserting_before_a_join_leaves_its_other_branch(skip: ModelSpec) -> None:
    spec, name = edit.insert(skip, 2, Conv2d(4, 1))
    assert spec.node("add1").reads == (name, "input")
    assert not problems(spec)


def test_a_removed_layer_is_bridged(skip: ModelSpec) -> None:
    spec = edit.remove(skip, "relu1")
    assert spec.node("add1").reads == ("conv1", "input")
    assert not problems(spec)


def test_a_layer_that_no_longer_fits_says_so_and_the_rest_stays(chain: ModelSpec) -> None:
    spec = edit.remove(chain, "flatten1")
    assert list(problems(spec)) == ["dense1"]
    assert layer_table(spec)[1].shape == (4, 8, 8)


def test_moving_keeps_name_and_settings(chain: ModelSpec) -> None:
    spec = edit.move(chain, "relu1", 0)
    assert names(spec) == ["relu1", "conv1", "flatten1", "dense1"]
    assert layer_table(spec)[1].reads == ("relu1",)
    assert not problems(spec)


def test_moving_there_and_back_is_no_change(chain: ModelSpec) -> None:
    assert edit.move(edit.move(chain, "relu1", 0), "relu1", 1) == chain


def test_a_moved_join_keeps_what_it_reads_besides(skip: ModelSpec) -> None:
    longer, tanh = edit.insert(skip, 3, Tanh())
    spec = edit.move(longer, "add1", 3)
    assert spec.reads(3) == (tanh, "input")
    assert not problems(spec)
    assert edit.move(spec, "add1", 2) == longer


def test_a_moved_join_forgets_what_comes_after_it(skip: ModelSpec) -> None:
    spec = edit.move(wiring.rewire(skip, "add1", ("input", "relu1")), "add1", 1)
    assert spec.reads(1) == ("conv1",)


def test_renaming_follows_the_readers(skip: ModelSpec) -> None:
    assert edit.rename(skip, "relu1", "sharp").node("add1").reads == ("sharp", "input")


@pytest.mark.parametrize("name", ["conv1", "two words", "input", "", "3d", "train"])
def test_a_name_that_cannot_be_is_refused(chain: ModelSpec, name: str) -> None:
    with pytest.raises(UserError, match=r"choose another|cannot name a layer"):
        edit.rename(chain, "relu1", name)


def test_a_layer_cannot_read_what_comes_later(chain: ModelSpec) -> None:
    with pytest.raises(UserError, match="come before"):
        wiring.rewire(chain, "relu1", ("dense1",))


def test_other_settings_leave_the_wiring(skip: ModelSpec) -> None:
    spec = edit.change(skip, "conv1", Conv2d(8, 3, padding=1))
    assert spec.node("add1").reads == ("relu1", "input")
    assert list(problems(spec)) == ["add1"]
