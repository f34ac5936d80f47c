from __future__ import annotations

import pytest
import torch

from core.network.layer_table import layer_table
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.network import Network
from core.network.receptive_field import ReceptiveField
from core.network.spec import LayerKind, ModelSpec, Node
from tests.core.network.stacks import stack


@pytest.mark.parametrize(
    ("ops", "sizes"),
    [
        ((Conv2d(1, 3), Conv2d(1, 3), Conv2d(1, 3)), [3, 5, 7]),
        ((Conv2d(1, 3), MaxPool2d(2), Conv2d(1, 3)), [3, 4, 8]),
    ],
)
def test_receptive_fields_are_the_lectures(ops: tuple[LayerKind, ...], sizes: list[int]) -> None:
    fields = [row.receptive_field for row in layer_table(stack(*ops))]
    assert [field and field.size for field in fields] == sizes


def test_receptive_field_of_vgg16_is_212_with_a_jump_of_32() -> None:
    ops: list[LayerKind] = []
    for count in (2, 2, 3, 3, 3):
        ops += [Conv2d(1, 3, padding=1)] * count + [MaxPool2d(2)]
    field = layer_table(stack(*ops, input=(1, 224, 224)))[-1].receptive_field
    assert field is not None
    assert (field.size, field.jump) == (212, 32)


@pytest.mark.parametrize(
    "spec",
    [
        stack(Conv2d(2, 5, padding=2), AvgPool2d(2), Conv2d(3, 3, dilation=2)),
        stack(Conv2d(2, 3, 2, 0, 1), Conv2d(2, 3, 1, 1), AvgPool2d(3, 2, 1)),
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
    row = layer_table(stack(Conv2d(1, 3), Flatten(), Dense(3)))[-1]
    assert row.receptive_field == ReceptiveField(None, 0, 0.0)
    assert row.receptive_field.span(0) is None
