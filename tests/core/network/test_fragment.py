"""Copying and pasting layers: what keeps its wiring, and what is asked for."""

from __future__ import annotations

import json

import pytest

from core.errors import UserError
from core.network.fragment import copied, pasted
from core.network.layer_table import problems
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.spec import ModelSpec, Node
from core.network.wiring import reads_of

BLOCK = ("conv1", "relu1", "add1")


@pytest.fixture
def residual() -> ModelSpec:
    nodes = (
        Node("stem", Conv2d(4, 3, padding=1)),
        Node("conv1", Conv2d(4, 3, padding=1)),
        Node("relu1", Relu()),
        Node("add1", Add(), ("relu1", "stem")),
        Node("out", Relu()),
    )
    return ModelSpec("residual", (4, 8, 8), nodes)


def test_a_pasted_block_keeps_its_inner_wiring_and_reads_what_it_stands_behind(
    residual: ModelSpec,
) -> None:
    spec, names = pasted(residual, copied(residual, BLOCK), "add1")
    assert names == ("conv2", "relu2", "add2")
    assert reads_of(spec, "conv2") == ("add1",)
    assert reads_of(spec, "add2") == ("relu2", "add1")
    assert reads_of(spec, "out") == ("add2",)
    assert not problems(spec)


def test_layers_are_pasted_into_another_network(residual: ModelSpec) -> None:
    other = ModelSpec("other", (4, 8, 8), (Node("first", Relu()),))
    spec, names = pasted(other, copied(residual, ("conv1", "relu1")))
    assert names == ("conv1", "relu1")
    assert [node.name for node in spec.nodes] == ["first", "conv1", "relu1"]
    assert not problems(spec)


def test_layers_are_pasted_into_an_empty_network(residual: ModelSpec) -> None:
    spec, _ = pasted(ModelSpec("empty", (4, 8, 8)), copied(residual, BLOCK))
    assert reads_of(spec, "add1") == ("relu1", "input")


def test_settings_come_along(residual: ModelSpec) -> None:
    spec, (name,) = pasted(residual, copied(residual, ("conv1",)), "stem")
    assert spec.node(name).op == residual.node("conv1").op


def damaged(**changes: object) -> str:
    """The JSON of a network of two layers, the second of which is another than it was."""
    spec = ModelSpec("Two", (1, 4, 4), (Node("one", Relu()), Node("two", Relu())))
    data = spec.to_json()
    data["nodes"][1] |= changes
    return json.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "[1, 2]", '{"version": 1}', "[" * 100_000,
        damaged(reads=["nobody"]), damaged(reads=[["one"]]), damaged(name="one"),
        damaged(name=""), damaged(name="a b"),
    ],
)  # fmt: skip
def test_other_text_is_refused_in_a_sentence(residual: ModelSpec, text: str) -> None:
    with pytest.raises(UserError, match=r"copy some first|not a network"):
        pasted(residual, text)
