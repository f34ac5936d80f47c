from __future__ import annotations

import subprocess
import sys

import pytest

from core.network.costs import (
    COUNTED,
    TrainingCost,
    TrainingMemory,
    account,
    dense_twin,
    forward_values,
    input_shape,
    kept_for_backward,
    training_memory,
)
from core.network.layer_table import LayerRow, layer_table
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.locally_connected2d import LocallyConnected2d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import PRESETS
from core.network.spec import INPUT, ModelSpec, Node, Shape

MIB = 2**20


def _table(name: str) -> tuple[LayerRow, ...]:
    return layer_table(PRESETS[name].spec())


def _rows(shape: Shape, *nodes: Node) -> tuple[LayerRow, ...]:
    return layer_table(ModelSpec("it", shape, nodes))


def _training(rows: tuple[LayerRow, ...], params: TrainingCost) -> TrainingMemory:
    return sum(training_memory(rows, params).values(), TrainingMemory())


# Memory of an image


def test_vgg16_has_the_lectures_values_of_convolutions_pooling_and_dense_layers() -> None:
    values = forward_values(_table("vgg16"))
    assert values == 15_237_608
    assert round(4 * values / 1e6, 2) == 60.95


def test_vgg16_with_the_outputs_of_its_rectifiers_takes_115_megabytes() -> None:
    assert round(4 * forward_values(_table("vgg16"), activations=True) / 1e6, 2) == 115.17


def test_no_way_of_counting_gives_the_93_megabytes_said_of_vgg16() -> None:
    memory = account("VGG-16", _table("vgg16"))["memory"]
    assert memory["said"]["text"] == "approx. 93 MB"
    counted = [way["bytes"] for way in memory.values() if "bytes" in way]
    assert len(counted) == 3
    assert not any(0.95 < size / 93e6 < 1.05 or 0.95 < size / 93 / MIB < 1.05 for size in counted)


def test_nothing_is_said_of_other_networks() -> None:
    assert "said" not in account("LeNet-5", _table("lenet5"))["memory"]


def test_a_vector_of_maps_takes_no_memory_of_its_own() -> None:
    rows = _rows((1, 4, 4), Node("conv", Conv2d(2, 3)), Node("flatten", Flatten()))
    assert forward_values(rows) == 16 + 8


# Memory of training


def test_each_value_that_the_backward_pass_needs_is_kept_once() -> None:
    rows = _rows(
        (1, 6, 6),
        Node("conv", Conv2d(2, 3)),
        Node("relu", Relu()),
        Node("pool", MaxPool2d(2)),
        Node("flatten", Flatten()),
        Node("dense", Dense(3)),
    )
    assert kept_for_backward(rows) == {
        INPUT: 4 * 36,
        "conv": 0,
        "relu": 4 * 32,  # which the rectifier and the pool both need
        "pool": 4 * 8 + 8 * 8,  # the dense layer's input, and the places of the maxima
        "flatten": 0,
        "dense": 0,
    }


def test_a_sum_keeps_nothing_and_a_limited_rectifier_what_it_was_given() -> None:
    nodes = (Node("a", Conv2d(1, 1)), Node("b", Conv2d(1, 1), (INPUT,)))
    rows = _rows((1, 2, 2), *nodes, Node("sum", Add(), ("a", "b")), Node("relu", Relu(6)))
    assert kept_for_backward(rows) == {INPUT: 16, "a": 0, "b": 0, "sum": 16, "relu": 0}


@pytest.mark.parametrize(("optimizer", "state"), [("adam", 2), ("sgd", 1), ("plain_sgd", 0)])
def test_an_optimiser_remembers_so_many_values_of_each_weight(optimizer: str, state: int) -> None:
    memory = _training(_table("lenet5"), TrainingCost(batch=1, optimizer=optimizer))
    assert memory.weights == memory.gradients == 4 * 61_706
    assert memory.state == state * 4 * 61_706
    assert memory.total == (2 + state) * 4 * 61_706 + memory.kept


def test_what_is_kept_grows_with_the_batch_and_weights_do_not() -> None:
    rows = _table("lenet5")
    one, many = (_training(rows, TrainingCost(batch=batch)) for batch in (1, 16))
    assert many.kept == 16 * one.kept == 16 * sum(kept_for_backward(rows).values())
    assert (many.weights, many.state) == (one.weights, one.state)


# Beside a dense layer


def test_a_dense_layer_in_place_of_lenets_first_has_3687936_weights() -> None:
    twin = dense_twin(_table("lenet5")[0])
    assert twin is not None
    assert (twin.inputs, twin.outputs, twin.weights) == (784, 4_704, 3_687_936)
    # with its biases, the 122,304 connections of LeCun et al. 1998, section II.B
    assert (twin.connections, twin.unshared) == (117_600, 122_304)


def test_a_million_pixels_and_a_thousand_units_have_a_thousand_million_connections() -> None:
    rows = _rows((1, 1000, 1000), Node("flatten", Flatten()), Node("dense", Dense(1000)))
    twin = dense_twin(rows[1])
    assert twin is not None
    assert twin.weights == twin.connections == 10**9
    assert twin.unshared is None


def test_alexnets_first_layer_without_sharing_has_105705600_parameters() -> None:
    row = _table("alexnet")[0]
    twin = dense_twin(row)
    assert twin is not None
    assert (row.parameters, twin.unshared) == (34_944, 105_705_600)
    unshared = _rows((3, 227, 227), Node("local", LocallyConnected2d(96, 11, 4)))
    assert unshared[0].parameters == twin.unshared


def test_a_layer_without_weights_has_no_dense_twin() -> None:
    assert [dense_twin(row) for row in _table("lenet5") if row.kind != "Conv2d"][:4] == [None] * 4


# All of it


def test_account_says_what_each_figure_counts() -> None:
    told = account("LeNet-5", _table("lenet5"))
    assert told["layers"][0]["name"] == "conv1"
    assert told["total"]["parameters"] == 61_706
    assert told["receptive_fields"]["conv2"] == {"size": 14, "jump": 2, "centre": 4.5}
    whole = {"size": None, "jump": None, "centre": None}
    assert told["receptive_fields"]["dense1"] == whole
    assert told["as_dense"]["conv1"]["weights"] == 3_687_936
    for way in ("outputs", "outputs_and_activations", "kept_for_backward"):
        assert told["memory"][way]["counted"] == COUNTED[way]
    training = told["training"]
    parts = ("weights", "gradients", "optimizer_state", "kept_for_backward")
    assert training["total"] == sum(training[part] for part in parts)
    assert (training["batch"], training["optimizer"]) == (16, "adam")


def test_a_layer_that_does_not_fit_costs_nothing() -> None:
    rows = _rows((1, 4, 4), Node("conv", Conv2d(2, 9)), Node("relu", Relu()))
    told = account("it", rows)
    assert told["layers"][0]["shape"] is None
    assert input_shape(rows) == (1, 4, 4)
    assert told["training"]["total"] == 0


def test_a_network_without_layers_costs_nothing() -> None:
    assert account("it", ())["training"]["total"] == 0


def test_costs_do_without_torch() -> None:
    script = (
        "import sys; from core.network.costs import account; "
        "from core.network.layer_table import layer_table; "
        "from core.network.presets import PRESETS; "
        "account('VGG-16', layer_table(PRESETS['vgg16'].spec())); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
