"""Edits of the wiring: what reads what, and in which order layers run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.network import edit, wiring
from core.network.layer_table import layer_table, problems
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.spec import INPUT, ModelSpec, Node


@pytest.fixture
def chain() -> ModelSpec:
    nodes = tuple(Node(f"relu{k}", Relu()) for k in range(1, 5))
    return ModelSpec("chain", (4, 8, 8), nodes)


@pytest.fixture
def fork() -> ModelSpec:
    nodes = (
        Node("conv1", Conv2d(4, 3, padding=1)),
        Node("left", Relu(), ("conv1",)),
        Node("right", Relu(), ("conv1",)),
        Node("add1", Add(), ("left", "right")),
        Node("out", Relu()),
    )
    return ModelSpec("fork", (4, 8, 8), nodes)


def names(spec: ModelSpec) -> list[str]:
    return [node.name for node in spec.nodes]


def test_a_layer_with_one_input_reads_another_in_its_place(chain: ModelSpec) -> None:
    spec = wiring.connect(chain, "relu1", "relu4")
    assert wiring.reads_of(spec, "relu4") == ("relu1",)


def test_a_layer_with_several_inputs_reads_one_more(fork: ModelSpec) -> None:
    spec = wiring.connect(fork, "conv1", "add1")
    assert wiring.reads_of(spec, "add1") == ("left", "right", "conv1")
    assert not problems(spec)


def test_connecting_what_is_connected_changes_nothing(fork: ModelSpec) -> None:
    assert wiring.connect(fork, "left", "add1") == fork


def test_a_layer_that_shall_read_a_later_one_moves_behind_it(fork: ModelSpec) -> None:
    spec = wiring.connect(fork, "right", "left")
    assert names(spec) == ["conv1", "right", "left", "add1", "out"]
    assert wiring.reads_of(spec, "left") == ("right",)
    assert not problems(spec)


def test_what_depends_on_a_moved_layer_moves_with_it() -> None:
    nodes = (
        Node("a", Relu()),
        Node("b", Relu(), ("a",)),
        Node("other", Relu(), (INPUT,)),
        Node("out", Add(), ("b", "other")),
    )
    spec = wiring.connect(ModelSpec("net", (4, 8, 8), nodes), "other", "a")
    assert names(spec) == ["other", "a", "b", "out"]
    assert not problems(spec)


def test_a_cycle_is_refused_in_a_sentence(chain: ModelSpec) -> None:
    with pytest.raises(UserError, match="relu1 cannot read relu3: relu3 depends on relu1 itself"):
        wiring.connect(chain, "relu3", "relu1")


def test_a_layer_cannot_read_itself(chain: ModelSpec) -> None:
    with pytest.raises(UserError, match="that is itself"):
        wiring.rewire(chain, "relu2", ("relu2",))


def test_a_layer_that_is_not_there_cannot_be_read(chain: ModelSpec) -> None:
    with pytest.raises(UserError, match="no layer 'relu9' to read; did you mean"):
        wiring.rewire(chain, "relu2", ("relu9",))


def test_a_join_that_loses_a_branch_keeps_the_other(fork: ModelSpec) -> None:
    spec = wiring.disconnect(fork, "left", "add1")
    assert wiring.reads_of(spec, "add1") == ("right",)


def test_a_layer_cut_from_all_it_read_reads_the_one_before(fork: ModelSpec) -> None:
    spec = wiring.disconnect(fork, "conv1", "right")
    assert wiring.reads_of(spec, "right") == ("left",)


def test_a_layer_cut_from_the_one_before_reads_the_input(chain: ModelSpec) -> None:
    spec = wiring.disconnect(chain, "relu2", "relu3")
    assert wiring.reads_of(spec, "relu3") == (INPUT,)
    assert wiring.reads_of(spec, "relu4") == ("relu3",)


def test_the_first_layer_cannot_be_cut_from_the_input(chain: ModelSpec) -> None:
    with pytest.raises(UserError, match="nothing before it to read instead"):
        wiring.disconnect(chain, INPUT, "relu1")


def test_a_line_led_to_another_reader_leaves_the_first(fork: ModelSpec) -> None:
    spec = wiring.redirect(fork, "left", "add1", "out")
    assert wiring.reads_of(spec, "out") == ("left",)
    assert wiring.reads_of(spec, "add1") == ("right",)


def test_a_line_led_to_another_source_keeps_its_place(fork: ModelSpec) -> None:
    spec = wiring.read_instead(fork, "left", "add1", "conv1")
    assert wiring.reads_of(spec, "add1") == ("conv1", "right")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_edit_of_the_wiring_leaves_an_order_in_which_the_layers_run(
    data: st.DataObject,
) -> None:
    spec = ModelSpec("net", (2, 4, 4), tuple(Node(f"add{k}", Add()) for k in range(6)))
    for _ in range(8):
        source, reader = data.draw(st.permutations([*names(spec)]))[:2]
        change = data.draw(st.sampled_from([wiring.connect, wiring.disconnect]))
        try:
            spec = change(spec, source, reader)
        except UserError:
            continue
        assert sorted(names(spec)) == [f"add{k}" for k in range(6)]
        seen = {INPUT}
        for index, node in enumerate(spec.nodes):
            assert set(spec.reads(index)) <= seen
            seen.add(node.name)


def test_a_layer_dropped_on_a_connection_goes_into_that_one_alone(fork: ModelSpec) -> None:
    spec, name = edit.insert_between(fork, "conv1", "right", Relu())
    assert wiring.reads_of(spec, "right") == (name,)
    assert wiring.reads_of(spec, "left") == ("conv1",)
    assert layer_table(spec)[1].name == name


def test_a_layer_dropped_on_another_is_read_by_all_who_read_that(fork: ModelSpec) -> None:
    spec, name = edit.insert_after(fork, "conv1", Relu())
    assert wiring.reads_of(spec, "left") == wiring.reads_of(spec, "right") == (name,)


def test_a_layer_by_itself_leaves_the_output_of_the_network(fork: ModelSpec) -> None:
    spec, name = edit.insert_apart(fork, Relu())
    assert names(spec) == [name, *names(fork)]
    assert wiring.reads_of(spec, "conv1") == (INPUT,)
    assert not problems(spec)


def test_several_layers_are_taken_out_at_once(chain: ModelSpec) -> None:
    spec = edit.remove_all(chain, ("relu2", "relu3"))
    assert names(spec) == ["relu1", "relu4"]
    assert wiring.reads_of(spec, "relu4") == ("relu1",)
