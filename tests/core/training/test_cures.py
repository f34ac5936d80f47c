from __future__ import annotations

import pytest

from core.network.layer_table import layer_table, problems
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.presets.lenet5 import lenet5
from core.network.spec import ModelSpec, Node
from core.training.cures import rounded, with_batch_norm, with_dropout, with_outputs, with_rate
from core.training.settings import TrainParams


@pytest.mark.parametrize(
    ("value", "figure"), [(0.00274, 0.003), (3e-4, 3e-4), (0.96, 1.0), (12.0, 10.0)]
)
def test_rounds_to_one_figure(value: float, figure: float) -> None:
    assert rounded(value) == pytest.approx(figure)


def test_a_rate_stays_in_its_range() -> None:
    assert with_rate(TrainParams(rate=5.0), 100).rate == 10.0
    assert with_rate(TrainParams(rate=1e-6), 1e-6).rate == 1e-7


def test_batch_normalisation_goes_between_weights_and_activation() -> None:
    spec = with_batch_norm(lenet5())

    assert spec is not None
    kinds = [row.kind for row in layer_table(spec)]
    assert kinds[:3] == ["Conv2d", "BatchNorm2d", "Tanh"]
    assert kinds.count("BatchNorm2d") == kinds.count("BatchNorm1d") == 2
    assert kinds[-1] == "Dense"
    assert not problems(spec)
    assert with_batch_norm(spec) is None


def test_dropout_goes_before_the_last_layer_with_weights_once() -> None:
    spec = with_dropout(lenet5())

    assert spec is not None
    assert isinstance(spec.nodes[-2].op, Dropout)
    assert with_dropout(spec) is None


def test_a_network_of_one_layer_drops_nothing() -> None:
    spec = ModelSpec("one", (1, 1, 1), (Node("flatten", Flatten()), Node("out", Dense(2))))
    single = ModelSpec("single", (1, 4, 4), (Node("conv", Conv2d(2, 3)),))

    assert with_dropout(spec) is not None
    assert with_dropout(single) is None


def test_outputs_are_added_where_the_last_layer_is_not_dense() -> None:
    spec = ModelSpec("one", (1, 4, 4), (Node("flatten", Flatten()), Node("relu", Relu())))

    longer = with_outputs(spec, 3)

    assert layer_table(longer)[-1].shape == (3,)
    assert not problems(longer)
