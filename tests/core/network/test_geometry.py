from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.network.geometry import ReceptiveField, fitting, layer_table, output_size, problems
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.spec import INPUT, LayerKind, ModelSpec, Node


def _stack(*ops: LayerKind, input: tuple[int, int, int] = (1, 28, 28)) -> ModelSpec:
    return ModelSpec("stack", input, tuple(Node(f"layer{i}", op) for i, op in enumerate(ops)))


@given(
    st.integers(1, 64), st.integers(1, 11), st.integers(1, 5), st.integers(0, 9), st.integers(1, 4)
)
def test_output_size_counts_the_places_of_the_kernel(
    length: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    reach = dilation * (kernel - 1) + 1
    places = len(range(0, length + padding - reach + 1, stride))
    assert max(0, output_size(length, kernel, stride, padding, dilation)) == places


def test_a_row_and_column_that_no_window_reaches_are_not_counted() -> None:
    (row,) = layer_table(_stack(Conv2d(1, 4, stride=2), input=(1, 9, 9)))
    assert row.shape == (1, 3, 3)


@pytest.mark.parametrize(
    ("ops", "sizes"),
    [
        ((Conv2d(1, 3), Conv2d(1, 3), Conv2d(1, 3)), [3, 5, 7]),
        ((Conv2d(1, 3), MaxPool2d(2), Conv2d(1, 3)), [3, 4, 8]),
    ],
)
def test_receptive_fields_are_the_lectures(ops: tuple[LayerKind, ...], sizes: list[int]) -> None:
    fields = [row.receptive_field for row in layer_table(_stack(*ops))]
    assert [field and field.size for field in fields] == sizes


def test_rows_that_an_edit_does_not_reach_are_the_very_ones_of_before() -> None:
    before = _stack(Conv2d(4, 3), Relu(), Conv2d(8, 3), Relu(), Conv2d(4, 1))
    nodes = list(before.nodes)
    nodes[2] = Node(nodes[2].name, Conv2d(9, 3))
    now = before.with_nodes(tuple(nodes))
    earlier = layer_table(before)
    rows = layer_table(now, (before, earlier))
    assert [new is old for new, old in zip(rows, earlier, strict=True)] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_receptive_field_of_vgg16_is_212_with_a_jump_of_32() -> None:
    ops: list[LayerKind] = []
    for count in (2, 2, 3, 3, 3):
        ops += [Conv2d(1, 3, padding=1)] * count + [MaxPool2d(2)]
    field = layer_table(_stack(*ops, input=(1, 224, 224)))[-1].receptive_field
    assert field is not None
    assert (field.size, field.jump) == (212, 32)


@pytest.mark.parametrize(
    "spec",
    [
        _stack(Conv2d(2, 5, padding=2), AvgPool2d(2), Conv2d(3, 3, dilation=2)),
        _stack(Conv2d(2, 3, 2, 0, 1), Conv2d(2, 3, 1, 1), AvgPool2d(3, 2, 1)),
        ModelSpec(
            "branches",
            (1, 28, 28),
            (
                Node("stem", Conv2d(2, 3, 2, 1)),
                Node("narrow", Conv2d(2, 1)),
                Node("wide", Conv2d(2, 5, padding=2), ("stem",)),
                Node("joined", Concat(), ("narrow", "wide")),
                Node("on", Conv2d(2, 3, padding=1)),
                Node("sum", Add(), ("on", "wide")),
            ),
        ),
    ],
    ids=["dilated", "uneven", "branches"],
)
def test_receptive_field_is_where_the_gradient_of_a_unit_is(spec: ModelSpec) -> None:
    field = layer_table(spec)[-1].receptive_field
    assert field is not None
    image = torch.randn(1, *spec.input, generator=torch.Generator().manual_seed(0))
    output = Network(spec)(image.requires_grad_())
    cell = output.shape[2] // 2
    output[0, :, cell, cell].sum().backward()
    assert image.grad is not None
    seen = image.grad[0, 0].abs().sum(1).nonzero().flatten().tolist()
    assert field.span(cell) == (seen[0], seen[-1] - seen[0] + 1)


def test_a_dense_layer_sees_the_whole_input() -> None:
    row = layer_table(_stack(Conv2d(1, 3), Flatten(), Dense(3)))[-1]
    assert row.receptive_field == ReceptiveField(None, 0, 0.0)
    assert row.receptive_field.span(0) is None


def test_a_layer_that_does_not_fit_leaves_the_others_usable() -> None:
    spec = _stack(Conv2d(4, 3), Dense(10), Relu(), Conv2d(2, 3))
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
    (row,) = layer_table(_stack(Conv2d(4, 3)))
    assert row.memory == 4 * 26 * 26 * 4


def test_counts_of_the_lectures_first_layers() -> None:
    alexnet = layer_table(_stack(Conv2d(96, 11, 4), input=(3, 227, 227)))[0]
    assert (alexnet.parameters, alexnet.shape) == (34_944, (96, 55, 55))
    dense = layer_table(_stack(Flatten(), Dense(4704, bias=False)))[1]
    assert dense.parameters == 3_687_936
