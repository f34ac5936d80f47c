from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import Samples
from core.errors import UserError
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.softmax import Softmax
from core.network.spec import LayerKind, ModelSpec, Node, Shape
from core.training.fitting import check_fit


def spec_of(shape: Shape, units: int = 4, last: LayerKind | None = None) -> ModelSpec:
    nodes = [Node("flatten", Flatten()), Node("output", Dense(units))]
    if last is not None:
        nodes.append(Node("last", last))
    return ModelSpec("tiny", shape, tuple(nodes))


@pytest.mark.parametrize("shape", [(1, 8, 8), (8, 8), (1, 3, 8, 8)])
def test_grey_pictures_are_pictures_signals_and_clips(data: Samples, shape: Shape) -> None:
    check_fit(spec_of(shape), data, "cross_entropy")
    with pytest.raises(UserError, match="8 x 9, but those"):
        check_fit(spec_of((*shape[:-1], 9)), data, "cross_entropy")


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (spec_of((1, 8, 8), last=MaxPool2d(2)), "tiny, layer last: MaxPool2d needs maps"),
        (ModelSpec("tiny", (1, 8, 8), ()), "tiny has no layers; add one first"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused_by_its_layer(
    data: Samples, spec: ModelSpec, why: str
) -> None:
    with pytest.raises(UserError, match=why):
        check_fit(spec, data, "cross_entropy")


def test_signals_of_another_size_are_refused(data: Samples) -> None:
    with pytest.raises(UserError, match=r"reads signals of 2 x 50, but those .* are 8 x 8"):
        check_fit(spec_of((2, 50)), data, "cross_entropy")


def test_colour_pictures_are_no_signal(data: Samples) -> None:
    coloured = replace(data, pictures=np.zeros((60, 8, 8, 3), np.uint8))

    with pytest.raises(UserError, match=r"reads signals of 8 x 8, but those .* are 3 x 8 x 8"):
        check_fit(spec_of((8, 8)), coloured, "cross_entropy")


def test_clips_of_another_size_are_refused(data: Samples) -> None:
    with pytest.raises(UserError, match=r"reads clips of 3 x 2 x 8 x 8, but those"):
        check_fit(spec_of((3, 2, 8, 8)), data, "cross_entropy")


def test_a_single_output_is_a_number(data: Samples) -> None:
    check_fit(spec_of((1, 8, 8), 1), data, "regression")

    with pytest.raises(UserError, match=r"a Dense layer of 4 units, or of 1 for the label"):
        check_fit(spec_of((1, 8, 8), 2), data, "regression")


def test_a_single_output_says_yes_or_no_to_two_classes(data: Samples) -> None:
    check_fit(spec_of((1, 8, 8), 1), replace(data, classes=("a", "b")), "sigmoid")

    for loss in ("sigmoid", "cross_entropy"):
        with pytest.raises(UserError, match=r"a Dense layer of 4 units\."):
            check_fit(spec_of((1, 8, 8), 1), data, loss)


def test_a_softmax_is_refused_by_the_sigmoid_loss(data: Samples) -> None:
    check_fit(spec_of((1, 8, 8), 4, Softmax()), data, "cross_entropy")

    with pytest.raises(UserError, match="choose cross entropy"):
        check_fit(spec_of((1, 8, 8), 4, Softmax()), data, "sigmoid")
