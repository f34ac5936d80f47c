from __future__ import annotations

import pytest

from core.network.layer_table import fitting, layer_table, problems
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.spec import INPUT, ModelSpec, Node
from tests.core.network.stacks import stack


def test_rows_that_an_edit_does_not_reach_are_the_very_ones_of_before() -> None:
    before = stack(Conv2d(4, 3), Relu(), Conv2d(8, 3), Relu(), Conv2d(4, 1))
    nodes = list(before.nodes)
    nodes[2] = Node(nodes[2].name, Conv2d(9, 3))
    now = before.with_nodes(tuple(nodes))
    earlier = layer_table(before)
    rows = layer_table(now, (before, earlier))
    assert [new is old for new, old in zip(rows, earlier, strict=True)] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_a_layer_that_does_not_fit_leaves_the_others_usable() -> None:
    spec = stack(Conv2d(4, 3), Dense(10), Relu(), Conv2d(2, 3))
    spec = spec.with_nodes((*spec.nodes, Node("beside", Conv2d(2, 3), ("layer0",))))
    assert problems(spec) == {
        "layer1": "Dense needs a vector, gets 4 x 26 x 26; insert a Flatten before it.",
        "layer2": "Waits for layer1.",
        "layer3": "Waits for layer2.",
    }
    assert layer_table(spec)[-1].shape == (2, 24, 24)
    kept = fitting(spec, layer_table(spec))
    assert [node.name for node in kept.nodes] == ["layer0", "beside"]
    assert not problems(kept)


@pytest.mark.parametrize(
    ("nodes", "name", "problem"),
    [
        ((Node("a", Relu()), Node("a", Relu())), "a", "The name 'a' is taken; choose another."),
        ((Node(INPUT, Relu()),), INPUT, "The name 'input' is taken; choose another."),
        (
            (Node("a.b", Relu()),),
            "a.b",
            "The name 'a.b' is no word of letters, digits and _; choose another.",
        ),
        ((Node("a", Relu(), ("b",)), Node("b", Relu())), "a", "b does not come before a."),
        ((Node("a", Add()),), "a", "Reads 1 layer, but needs at least 2."),
        ((Node("a", Relu(), (INPUT, INPUT)),), "a", "Reads 2 layers, but needs 1."),
    ],
)
def test_says_what_is_wrong_with_a_node(nodes: tuple[Node, ...], name: str, problem: str) -> None:
    assert problems(ModelSpec("wrong", (1, 5, 5), nodes))[name] == problem


def test_memory_is_that_of_the_output() -> None:
    (row,) = layer_table(stack(Conv2d(4, 3)))
    assert row.memory == 4 * 26 * 26 * 4


def test_counts_of_the_lectures_first_layers() -> None:
    alexnet = layer_table(stack(Conv2d(96, 11, 4), input=(3, 227, 227)))[0]
    assert (alexnet.parameters, alexnet.shape) == (34_944, (96, 55, 55))
    dense = layer_table(stack(Flatten(), Dense(4704, bias=False)))[1]
    assert dense.parameters == 3_687_936
