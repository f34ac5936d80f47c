"""Measuring a network while it trains, against numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.leaky_relu import LeakyRelu
from core.network.layers.relu import Relu
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.tanh import Tanh
from core.network.network import Network
from core.network.spec import LayerKind, ModelSpec, Node
from core.training.look import BINS, PATIENCE
from core.training.observation import Observation
from core.training.settings import TrainParams
from core.training.watcher import HISTORY, Watcher
from tests.core.training.watching import clothes, small_network, watched

ALWAYS = 1e9


def tiny(op: LayerKind, units: int = 4) -> ModelSpec:
    """One hidden layer of four units on four pixels, two classes."""
    nodes = (
        Node("flatten", Flatten()),
        Node("hidden", Dense(units)),
        Node("act", op),
        Node("output", Dense(2)),
    )
    return ModelSpec("tiny", (1, 2, 2), nodes)


def batch(count: int = 64) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(count, 1, 2, 2, generator=generator)
    return images, (images.mean((1, 2, 3)) > 0).long()


def learn(network: nn.Module, watcher: Watcher, first: int = 1, steps: int = 1) -> None:
    """Steps of gradient descent at a rate of 0.5 on one batch."""
    images, labels = batch()
    for step in range(first, first + steps):
        watcher.before_step(network, step)
        network.zero_grad()
        cross_entropy(network(images), labels).backward()
        watcher.after_backward(network, step)
        with torch.no_grad():
            for weight in network.parameters():
                assert weight.grad is not None
                weight.sub_(weight.grad, alpha=0.5)
        watcher.after_step(network, step)


def seen(network: nn.Module, watcher: Watcher, steps: int = 1) -> Observation:
    learn(network, watcher, steps=steps)
    observation = watcher.taken()
    assert observation is not None
    return observation


def test_norms_and_ratio_are_those_by_hand() -> None:
    spec = tiny(Relu())
    network = Network(spec)
    before = {name: value.detach().clone() for name, value in network.named_parameters()}

    observation = seen(network, Watcher(spec, 1, ALWAYS))

    assert [row.layer for row in observation.weights] == ["hidden", "output"]
    for row in observation.weights:
        parameter = network.get_parameter(f"{row.layer}.weight")
        weight = parameter.detach()
        change = weight - before[f"{row.layer}.weight"]
        assert parameter.grad is not None
        assert row.gradient_norm == pytest.approx(float(parameter.grad.norm()))
        assert row.weight_norm == pytest.approx(float(weight.norm()))
        ratio = float(change.norm() / weight.norm())
        assert row.update_ratio == pytest.approx(ratio, rel=1e-4)
        assert row.histogram.counts.sum() == weight.numel()
        assert (row.histogram.low, row.histogram.high) == pytest.approx(
            (float(weight.min()), float(weight.max()))
        )


def test_activations_are_described_by_mean_deviation_and_distribution() -> None:
    spec = tiny(Tanh())
    network = Network(spec)
    images, _ = batch()
    with torch.no_grad():
        values = torch.tanh(network.get_submodule("hidden")(images.flatten(1)))

    (row,) = seen(network, Watcher(spec, 1, ALWAYS)).activations

    assert (row.layer, row.function) == ("act", "Tanh")
    assert row.mean == pytest.approx(float(values.mean()), abs=1e-6)
    assert row.deviation == pytest.approx(float(values.std(correction=0)), rel=1e-5)
    assert row.histogram.counts.tolist() == values.histc(BINS).long().tolist()


def test_units_that_are_above_zero_for_no_picture_are_dead() -> None:
    spec = tiny(Relu())
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("hidden.bias")[:] = torch.tensor([0.0, -100.0, 0.0, -100.0])
    watcher = Watcher(spec, 1, ALWAYS)

    early = seen(network, watcher, PATIENCE // 64 - 1)
    late = seen(network, watcher, 1)

    assert not early.activations[0].dead.any()
    assert late.activations[0].dead.tolist() == [False, True, False, True]
    assert late.activations[0].dead_share == 0.5
    assert late.history.dead[:, 0].tolist()[-1] == 0.5


def test_a_unit_that_comes_back_is_not_dead() -> None:
    spec = tiny(Relu())
    network = Network(spec)
    bias = network.get_parameter("hidden.bias")
    watcher = Watcher(spec, 1, ALWAYS)
    with torch.no_grad():
        bias[1] = -100.0
    seen(network, watcher, PATIENCE // 64)
    with torch.no_grad():
        bias[1] = 1.0

    assert not seen(network, watcher).activations[0].dead.any()


def test_leaky_units_never_die() -> None:
    spec = tiny(LeakyRelu())
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("hidden.bias")[:] = -100.0

    observation = seen(network, Watcher(spec, 1, ALWAYS), PATIENCE // 64)

    assert not observation.activations[0].dead.any()


@pytest.mark.parametrize("op", [Tanh(), Sigmoid(), ScaledTanh()])
def test_saturated_is_the_share_of_values_near_a_limit(op: LayerKind) -> None:
    spec = tiny(op)
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("hidden.weight").zero_()
        network.get_parameter("hidden.bias")[:] = torch.tensor([0.0, 100.0, -100.0, 0.1])

    (row,) = seen(network, Watcher(spec, 1, ALWAYS)).activations

    assert row.saturated == 0.5


def test_maps_are_units_and_one_place_above_zero_keeps_them_alive() -> None:
    spec = small_network()
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("conv.bias")[0] = -100.0
    watcher = Watcher(spec, 1, ALWAYS)
    images = torch.randn(PATIENCE, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    watcher.before_step(network, 1)
    cross_entropy(network(images), torch.zeros(PATIENCE, dtype=torch.long)).backward()
    watcher.after_backward(network, 1)
    watcher.after_step(network, 1)
    observation = watcher.taken()

    assert observation is not None
    assert observation.activations[0].dead.tolist() == [True, False, False, False]


def test_a_batch_that_comes_in_parts_is_seen_whole() -> None:
    spec = tiny(Relu(), units=2)
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("hidden.weight").copy_(torch.tensor([[1.0] * 4, [-1.0] * 4]))
        network.get_parameter("hidden.bias").zero_()
    watcher = Watcher(spec, 1, ALWAYS)
    above = torch.ones(PATIENCE, 1, 2, 2)
    watcher.before_step(network, 1)
    for part in (above, -above):
        cross_entropy(network(part), torch.zeros(PATIENCE, dtype=torch.long)).backward()
    watcher.after_backward(network, 1)
    watcher.after_step(network, 1)
    observation = watcher.taken()

    assert observation is not None
    assert not observation.activations[0].dead.any()


def test_an_observation_is_handed_over_once_and_does_not_change_later() -> None:
    spec = tiny(Relu())
    network, watcher = Network(spec), Watcher(spec, 1, ALWAYS)
    first = seen(network, watcher)
    kept = first.to_frame()[1]["history/steps/"].copy()
    assert watcher.taken() is None

    second = seen(network, watcher, steps=2)

    assert second.step == 2
    np.testing.assert_array_equal(first.history.steps, kept)
    assert len(second.history.steps) == 3


def test_no_hook_is_left_behind_even_by_a_step_that_was_broken_off() -> None:
    spec = tiny(Relu())
    network, watcher = Network(spec), Watcher(spec, 1, ALWAYS)
    watcher.before_step(network, 1)

    learn(network, watcher, steps=2)

    assert not any(module._forward_hooks for module in network.modules())
    observation = watcher.taken()
    assert observation is not None
    assert observation.step == 2


def test_without_the_means_nothing_is_watched_twice() -> None:
    spec = tiny(Relu())
    network, watcher = Network(spec), Watcher(spec, 1, 0.0)

    observation = seen(network, watcher, steps=5)

    assert observation.step == 1
    assert observation.history.steps.tolist() == [1]


def test_a_long_history_keeps_its_beginning_and_its_end_evenly() -> None:
    spec = tiny(Relu(), units=1)
    network, watcher = Network(spec), Watcher(spec, 1, ALWAYS)

    steps = seen(network, watcher, steps=2 * HISTORY + 2).history.steps

    assert len(steps) <= HISTORY + 1
    assert (steps[0], steps[-1]) == (1, 2 * HISTORY + 2)
    assert set(np.diff(steps[:-1])) == {4}


def test_without_activations_no_hook_is_hung() -> None:
    spec = tiny(Relu())
    observation = seen(Network(spec), Watcher(spec, 1, ALWAYS, activations=False))

    assert observation.activations == ()
    assert len(observation.weights) == 2


def test_an_exam_counts_what_is_taken_for_what() -> None:
    watcher = Watcher(tiny(Relu()), 5)
    scores = torch.tensor([[9.0, 0, 0], [0, 2, 0], [0, 0, 5], [4, 0, 0], [0, 0, 3]])
    labels = torch.tensor([0, 1, 1, 2, 1])

    watcher.exam(0, scores[:3], labels[:3])
    assert watcher.taken() is None
    watcher.exam(3, scores[3:], labels[3:])
    observation = watcher.taken()

    assert observation is not None
    assert observation.exam is not None
    assert observation.exam.confusion.tolist() == [[1, 0, 0], [0, 1, 2], [1, 0, 0]]
    assert observation.exam.accuracy == pytest.approx(0.4)
    mistakes = observation.exam.mistakes
    assert mistakes.index.tolist() == [2, 3, 4]
    assert mistakes.predicted.tolist() == [2, 0, 2]
    assert mistakes.true.tolist() == [1, 2, 1]
    np.testing.assert_allclose(mistakes.probability, scores.softmax(1).max(1)[0][2:], rtol=1e-6)


def test_an_exam_without_mistakes_has_none() -> None:
    watcher = Watcher(tiny(Relu()), 2)
    watcher.exam(0, torch.eye(2), torch.tensor([0, 1]))
    observation = watcher.taken()

    assert observation is not None
    assert observation.exam is not None
    assert observation.exam.accuracy == 1
    assert len(observation.exam.mistakes.index) == 0


def test_numbers_that_are_learned_have_no_classes_to_be_examined() -> None:
    watcher = Watcher(tiny(Relu()), 2)
    watcher.exam(0, torch.zeros(2, 1), torch.zeros(2))

    assert watcher.taken() is None


def test_what_is_watched_learns_the_same_bit_for_bit() -> None:
    params = TrainParams(epochs=1, batch=20, schedule="constant")
    data, test = clothes(60), clothes(30, "test")

    alone = watched(small_network(), params, data, test, share=0.0).snapshot
    always = watched(small_network(), params, data, test).snapshot

    for name, value in alone.weights.items():
        assert torch.equal(value, always.weights[name])


def test_gradients_that_are_no_numbers_are_told_as_they_are() -> None:
    spec = tiny(Relu())
    network = Network(spec)
    with torch.no_grad():
        network.get_parameter("output.weight")[:] = float("inf")

    observation = seen(network, Watcher(spec, 1, ALWAYS))

    assert not np.isfinite(observation.history.gradient_norm[-1]).all()
    assert observation.weights[1].histogram.counts.sum() == 0


def test_the_history_goes_on_where_the_training_was_broken_off() -> None:
    spec = tiny(Relu())
    network = Network(spec)
    before = seen(network, Watcher(spec, 1, ALWAYS), 5)

    watcher = Watcher(spec, 1, ALWAYS)
    watcher.go_on_from(before)
    learn(network, watcher, first=6, steps=2)
    after = watcher.taken()

    assert after is not None
    assert after.history.steps.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert np.array_equal(after.history.gradient_norm[:5], before.history.gradient_norm)
    assert np.array_equal(after.history.dead[:5], before.history.dead)


def test_a_part_that_was_watched_otherwise_is_not_told_beside_the_other() -> None:
    network = Network(tiny(Relu()))
    before = seen(network, Watcher(tiny(Relu()), 1, ALWAYS, activations=False), 3)

    watcher = Watcher(tiny(Relu()), 1, ALWAYS)
    watcher.go_on_from(before)
    learn(network, watcher, first=4, steps=2)
    after = watcher.taken()

    assert after is not None
    assert after.history.steps.tolist() == [4, 5]
