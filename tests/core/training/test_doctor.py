"""Each illness on a training made to have it, and silence on healthy ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from core.data.datasets import Samples
from core.network.layer_table import problems
from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.leaky_relu import LeakyRelu
from core.network.layers.relu import Relu
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.softmax import Softmax
from core.network.layers.tanh import Tanh
from core.network.presets.lenet5 import lenet5
from core.network.spec import LayerKind, ModelSpec, Node
from core.results import Curves, Series
from core.training.case import Case
from core.training.doctor import Finding, diagnose
from core.training.settings import Stop, TrainParams
from tests.core.training.watching import case, clothes

PARAMS = TrainParams(schedule="constant", rate=1e-3, epochs=4)
DATA, TEST = clothes(500), clothes(300, "test")

Kind = Callable[[], LayerKind]


def rectified() -> ModelSpec:
    """LeNet-5 with ReLU."""
    spec = lenet5()
    nodes = (replace(node, op=Relu()) if isinstance(node.op, Tanh) else node for node in spec.nodes)
    return spec.with_nodes(tuple(nodes))


def deep(kind: Kind, depth: int) -> ModelSpec:
    """Dense layers of 64 units, each with an activation."""
    hidden = (
        node
        for number in range(depth)
        for node in (Node(f"dense{number}", Dense(64)), Node(f"act{number}", kind()))
    )
    return ModelSpec(
        "deep", (1, 28, 28), (Node("flatten", Flatten()), *hidden, Node("output", Dense(10)))
    )


def shuffled(samples: Samples) -> Samples:
    return replace(samples, labels=np.random.default_rng(1).permutation(samples.labels))


def findings(seen: Case) -> tuple[Finding, ...]:
    return diagnose(seen.observation, seen.curves, seen.spec, seen.params, seen.classes)


def finding(seen: Case, title: str) -> Finding:
    found = {one.title: one for one in findings(seen)}
    assert title in found, f"found {list(found)}"
    return found[title]


@pytest.mark.parametrize("spec", [lenet5(), rectified()], ids=["tanh", "relu"])
def test_has_nothing_to_say_about_a_healthy_network(spec: ModelSpec) -> None:
    seen = case(spec, PARAMS, DATA, TEST)

    assert findings(seen) == ()
    assert seen.curve("Accuracy, %", "test")[-1] > 50


def test_has_nothing_to_say_before_the_start_of_a_network_that_fits() -> None:
    assert diagnose(None, None, lenet5(), PARAMS, TEST.classes) == ()


def test_does_not_speak_of_networks_that_cannot_be_built() -> None:
    broken = ModelSpec("broken", (1, 4, 4), (Node("conv", Conv2d(2, 9)), Node("out", Dense(3))))

    assert diagnose(None, None, broken, PARAMS, TEST.classes) == ()
    assert diagnose(None, None, ModelSpec("empty", (1, 4, 4)), PARAMS, TEST.classes) == ()


def test_finds_dead_units() -> None:
    seen = case(rectified(), replace(PARAMS, rate=0.03, epochs=3), DATA, TEST)

    found = finding(seen, "Units are dead")

    assert found.layer.startswith("tanh")  # the names stay
    assert "gave 0 for each of the last 256 pictures" in found.sentence
    leaky, lower = (cure.change for cure in found.cures)
    assert isinstance(leaky, ModelSpec)
    assert isinstance(leaky.node(found.layer).op, LeakyRelu)
    assert lower == replace(seen.params, rate=0.01)


def test_finds_gradients_that_explode() -> None:
    params = replace(PARAMS, optimizer="sgd", rate=1.0, epochs=2)

    found = finding(case(deep(Relu, 6), params, DATA, TEST), "The gradients explode")

    assert found.layer in [f"dense{number}" for number in range(6)] + ["output"]
    assert found.cures[0].change == replace(params, clip=1.0)
    assert found.cures[1].change == replace(params, rate=0.1)


def test_a_huge_loss_that_gradients_have_left_is_told_as_such() -> None:
    params = replace(PARAMS, optimizer="sgd", rate=1.0, epochs=2)
    seen = case(deep(Relu, 6), params, DATA, TEST)
    assert seen.observation is not None
    calm = np.ones_like(seen.observation.history.gradient_norm)
    history = replace(seen.observation.history, gradient_norm=calm)
    high = Curves(
        "Step", {"Loss": {"loss": Series(np.ones(1, np.float32), np.array([4021], np.float32))}}
    )
    left = replace(seen, observation=replace(seen.observation, history=history), curves=high)

    found = finding(left, "The gradients explode")

    assert found.sentence.startswith("The loss is 4,021, where guessing has ")
    assert "usual" not in found.sentence


def test_gradients_that_are_shortened_already_need_a_lower_rate() -> None:
    params = replace(PARAMS, optimizer="sgd", rate=1.0, epochs=2)
    seen = replace(case(deep(Relu, 6), params, DATA, TEST), params=replace(params, clip=1.0))

    (cure,) = finding(seen, "The gradients explode").cures

    assert cure.change == replace(seen.params, rate=0.1)


def test_finds_gradients_that_vanish() -> None:
    params = replace(PARAMS, optimizer="sgd", rate=0.1, epochs=3)

    found = finding(case(deep(Sigmoid, 8), params, DATA, TEST), "The gradients vanish")

    assert found.layer == "dense0"
    relu, norm = (cure.change for cure in found.cures)
    assert isinstance(relu, ModelSpec)
    assert isinstance(norm, ModelSpec)
    assert all(isinstance(relu.node(f"act{number}").op, Relu) for number in range(8))
    assert sum(isinstance(node.op, BatchNorm1d) for node in norm.nodes) == 8
    assert not problems(norm)


def test_the_cure_of_vanishing_gradients_cures() -> None:
    params = replace(PARAMS, rate=0.01, epochs=3)
    ill = case(deep(Sigmoid, 8), replace(params, optimizer="sgd", rate=0.1), DATA, TEST)
    cured = finding(ill, "The gradients vanish").cures[1].change
    assert isinstance(cured, ModelSpec)

    seen = case(cured, params, DATA, TEST)

    assert "The gradients vanish" not in [one.title for one in findings(seen)]


def test_finds_saturated_sigmoids() -> None:
    params = replace(PARAMS, rate=0.3, epochs=3)

    found = finding(case(deep(Sigmoid, 2), params, DATA, TEST), "Sigmoid units are saturated")

    assert found.layer in ("act0", "act1")
    assert "below 0.03 or above 0.97" in found.sentence
    assert isinstance(found.cures[0].change, ModelSpec)


def test_finds_overfitting() -> None:
    params = replace(PARAMS, rate=3e-3, epochs=25)
    seen = case(rectified(), params, clothes(150), TEST)

    found = finding(seen, "It learns the training pictures by heart")

    decay, dropped, moved, stop = (cure.change for cure in found.cures)
    assert decay == replace(params, weight_decay=1e-3)
    assert isinstance(dropped, ModelSpec)
    assert dropped.nodes[-2].name.startswith("dropout")
    assert moved == replace(params, shift=2)
    assert stop == Stop()


def test_finds_a_rate_that_is_too_high() -> None:
    params = replace(PARAMS, rate=0.1, epochs=3)

    found = finding(case(lenet5(), params, DATA, TEST), "The learning rate is too high")

    assert found.sentence.startswith("At 0.1, a step changes the weights")
    assert [cure.change for cure in found.cures] == [replace(params, rate=0.01)]


@pytest.mark.parametrize(("optimizer", "rate"), [("adam", 1e-6), ("sgd", 1e-5)])
def test_finds_a_rate_that_is_too_low(optimizer: str, rate: float) -> None:
    params = replace(PARAMS, optimizer=optimizer, rate=rate)

    (found,) = findings(case(lenet5(), params, DATA, TEST))

    assert found.title == "The learning rate is too low"
    change = found.cures[0].change
    assert isinstance(change, TrainParams)
    assert 50 * rate < change.rate <= 1000 * rate


def test_finds_labels_that_look_shuffled_as_nothing_is_learned() -> None:
    (found,) = findings(case(rectified(), PARAMS, shuffled(DATA), TEST))

    assert found.title == "The labels look shuffled"
    assert "the loss is 2.2" in found.sentence or "the loss is 2.3" in found.sentence


def test_finds_labels_that_look_shuffled_as_they_are_learned_by_heart() -> None:
    params = replace(PARAMS, rate=3e-3, epochs=25)
    seen = case(rectified(), params, shuffled(clothes(150)), TEST)

    found = finding(seen, "The labels look shuffled")

    assert "guessing has 10%" in found.sentence
    assert "It learns the training pictures by heart" not in [one.title for one in findings(seen)]


def test_finds_an_output_of_the_wrong_size_before_the_start() -> None:
    (found,) = diagnose(None, None, lenet5(), PARAMS, ("cat", "dog", "bird"))

    assert found.title == "The output has the wrong size"
    assert found.layer == "output"
    cured = found.cures[0].change
    assert isinstance(cured, ModelSpec)
    assert diagnose(None, None, cured, PARAMS, ("cat", "dog", "bird")) == ()
    assert len(cured.nodes) == len(lenet5().nodes)


def test_an_output_of_maps_gets_a_dense_layer_before_its_softmax() -> None:
    nodes = (Node("conv", Conv2d(2, 3)), Node("relu", Relu()), Node("softmax", Softmax()))
    spec = ModelSpec("maps", (1, 8, 8), nodes)

    (found,) = diagnose(None, None, spec, PARAMS, ("cat", "dog", "bird"))

    cured = found.cures[0].change
    assert isinstance(cured, ModelSpec)
    kinds = [type(node.op).__name__ for node in cured.nodes]
    assert kinds == ["Conv2d", "Relu", "Flatten", "Dense", "Softmax"]
    assert not problems(cured)


def test_numbers_are_not_judged_by_the_loss_of_guessing() -> None:
    seen = case(lenet5(), replace(PARAMS, epochs=1), DATA, TEST)
    params = replace(PARAMS, loss="regression", rate=1e-3)

    assert diagnose(seen.observation, seen.curves, seen.spec, params, ()) == ()


def test_gradients_without_a_number_are_told_in_words() -> None:
    seen = case(lenet5(), replace(PARAMS, epochs=1), DATA, TEST)
    assert seen.observation is not None
    history = seen.observation.history
    broken = np.full_like(history.gradient_norm, inf)
    worse = replace(seen.observation, history=replace(history, gradient_norm=broken))

    found = finding(replace(seen, observation=worse), "The gradients explode")

    assert "no finite norm" in found.sentence
