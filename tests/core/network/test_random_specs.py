"""What the layer table promises of a network, torch keeps; or it says what would fit."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from core.errors import UserError
from core.network.layer_table import layer_table, problems
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.repair import repairs
from core.network.spec import ModelSpec, Node
from tests.core.network.random_specs import broken_specs, specs, spoilt

few = settings(derandomize=True, max_examples=40, deadline=None)

#: The kinds whose multiplications torch's own counter counts as the lectures do.
COUNTED = ("Conv1d", "Conv2d", "Conv3d", "Dense", "Flatten", "Relu", "Add", "Concat", "MaxPool2d")


@few
@given(specs(sound=True))
def test_a_network_without_problems_runs_forward_and_backward_as_promised(spec: ModelSpec) -> None:
    network = Network(spec, seed=1)
    batch = torch.randn(2, *spec.input, generator=torch.Generator().manual_seed(0))
    output = network(batch.requires_grad_())
    output.sum().backward()
    table = layer_table(spec)
    assert tuple(output.shape[1:]) == table[-1].shape
    for row in table:
        layer = network.get_submodule(row.name)
        assert row.parameters == sum(p.numel() for p in layer.parameters())


@few
@given(specs(sound=True, kinds=COUNTED))
def test_multiplications_are_those_that_torch_counts(spec: ModelSpec) -> None:
    network = Network(spec).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(torch.zeros(3, *spec.input))
    assert counter.get_total_flops() == 2 * 3 * sum(row.macs for row in layer_table(spec))


@few
@given(broken_specs())
def test_a_network_with_problems_names_the_layer_and_what_would_fit(spec: ModelSpec) -> None:
    wrong = [row for row in layer_table(spec) if row.problem and not row.waits_for]
    for row in wrong:
        assert row.problem.endswith(".")
        assert "\n" not in row.problem
        assert repairs(spec, row.name)
    if wrong:
        with pytest.raises(UserError):
            Network(spec)


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ((Node("a", Relu(), ("b",)), Node("b", Relu())), "b does not come before a."),
        ((Node("a", Relu(), ("a",)),), "a reads itself; choose a layer before it."),
        ((Node("conv", Conv2d(0, 3)),), "Filters (filters) cannot be 0; choose 1 to 65,536."),
        ((Node("conv", Conv2d(4, -3)),), "Kernel (kernel) cannot be -3 px; choose 1 to 63."),
        ((Node("conv", Conv2d(4, 3, 0)),), "Stride (stride) cannot be 0 px; choose 1 to 32."),
        (
            (Node("conv", Conv2d(10**9, 3)),),
            "Its output would need 134 GiB of memory; choose settings that need at most 8 GiB.",
        ),
    ],
)
def test_bad_input_is_told_in_one_sentence(nodes: tuple[Node, ...], sentence: str) -> None:
    assert next(iter(problems(ModelSpec("bad", (1, 8, 8), nodes)).values())) == sentence


@few
@given(specs().flatmap(lambda spec: st.tuples(spoilt(spec), spoilt(spec))))
def test_a_table_made_from_that_before_an_edit_is_the_table_made_anew(
    edited: tuple[ModelSpec, ModelSpec],
) -> None:
    before, now = edited
    assert layer_table(now, (before, layer_table(before))) == layer_table(now)
