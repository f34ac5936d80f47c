from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.softmax import Softmax
from core.network.loading import open_model
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.network.subject import Subject
from core.training.settings import Change, Control, Stop, TrainParams
from core.training.train import TrainingReport, train

Training = Generator[Progress, Control | None, Snapshot]


def run(training: Training, message: Control | None = None, at: int = 3) -> list[TrainingReport]:
    """All reports; `message` is sent after the yield number `at`."""
    reports, sent = [], 0
    try:
        progress = next(training)
        while True:
            if progress.partial is not None:
                reports.append(progress.partial)
            sent += 1
            progress = training.send(message if sent == at else None)
    except StopIteration:
        return reports


def same(ours: Snapshot, theirs: Snapshot) -> bool:
    return all(torch.equal(value, theirs.weights[name]) for name, value in ours.weights.items())


def test_learns_what_can_be_learned(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    trained = finish(train(snapshot, data, test, replace(params, epochs=8), seed=0))

    assert trained.metrics["test_accuracy"] > 0.9
    assert trained.step == 8 * 8
    assert trained.model.classes == data.classes


def test_lenet_learns_clothes() -> None:
    data, test = load_samples("fashion_mnist", "train"), load_samples("fashion_mnist", "test")

    trained = finish(train(open_model("lenet5"), data, test, TrainParams(), seed=0, steps=150))

    assert trained.metrics["test_accuracy"] > 0.65


def test_leaves_the_first_snapshot_as_it_was(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    first = finish(train(snapshot, data, test, params, seed=0, steps=2))
    kept = {name: value.clone() for name, value in first.weights.items()}

    finish(train(first, data, test, params, seed=0))

    assert same(first, replace(first, weights=kept))


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_same_seed_gives_the_same_weights_bit_for_bit(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, optimizer: str
) -> None:
    params = replace(params, optimizer=optimizer, flip=True)
    first = finish(train(snapshot, data, test, params, seed=5))
    torch.rand(7)  # what other threads draw meanwhile has no influence
    second = finish(train(snapshot, data, test, params, seed=5))
    other = finish(train(snapshot, data, test, params, seed=6))

    assert same(first, second)
    assert not same(first, other)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_one_step_is_torchs(spec: ModelSpec, data: Samples, test: Samples, optimizer: str) -> None:
    spec = spec.with_nodes((Node("flatten", Flatten()), Node("output", Dense(4))))
    snapshot = Snapshot(Model("flat", plain(spec.input), spec))
    params = TrainParams(
        optimizer=optimizer, schedule="constant", rate=0.1, batch=60, weight_decay=0.01
    )
    theirs = Network(spec)
    update = (
        torch.optim.Adam(theirs.parameters(), lr=0.1, weight_decay=0.01)
        if optimizer == "adam"
        else torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    )
    for _ in range(2):
        update.zero_grad()
        images = torch.from_numpy(data.images[:, None]).float() / 255
        nn.functional.cross_entropy(theirs(images), torch.from_numpy(data.labels)).backward()
        update.step()

    ours = finish(train(snapshot, data, test, params, seed=0, steps=2))

    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.weights[name], value, atol=1e-5, rtol=0)


def test_reports_are_complete_and_do_not_change_later(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    reports = run(train(snapshot, data, test, params, seed=0))

    assert [report.step for report in reports] == sorted(report.step for report in reports)
    assert all(not same(a.snapshot, b.snapshot) for a, b in pairwise(reports) if a.step < b.step)
    for report in reports:
        assert report.snapshot.step == report.step
        assert report.steps == 16
        assert len(report.curves.panels["Loss"]["loss raw"].x) == report.step
    last = reports[-1]
    assert last.curves.panels["Accuracy, %"]["test"].x.tolist() == [8, 16]
    assert last.epoch == last.epochs == 2
    assert last.seconds_left == 0
    assert last.steps_per_second > 0
    assert last.state is not None


def test_yields_after_every_step(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    steps = [progress.done for progress in train(snapshot, data, test, params, seed=0)]

    assert set(steps) == set(range(1, 17))


def test_stop_ends_at_the_next_step_with_its_snapshot(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    reports = run(train(snapshot, data, test, params, seed=0), Stop(), at=3)

    assert reports[-1].step == 3
    assert reports[-1].state is not None


def test_changed_rate_is_felt_from_the_next_step(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    params = replace(params, schedule="constant")
    change = Change(rate=0.5, momentum=0.5)

    last = run(train(snapshot, data, test, params, seed=0), change, at=3)[-1]

    rates = last.curves.panels["Learning rate"]["rate"].y
    np.testing.assert_allclose(rates[:5], [0.01, 0.01, 0.01, 0.5, 0.5])
    assert last.state is not None
    assert last.state.params == replace(params, rate=0.5, momentum=0.5)


def test_change_out_of_range_is_refused_where_it_is_made() -> None:
    with pytest.raises(UserError, match="momentum"):
        Change(momentum=1.5)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("broken_at", [3, 8, 9, 13])
def test_resumed_run_ends_as_the_unbroken_one(
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    params: TrainParams,
    optimizer: str,
    broken_at: int,
) -> None:
    params = replace(params, optimizer=optimizer)
    whole = run(train(snapshot, data, test, params, seed=0))[-1]
    state = run(train(snapshot, data, test, params, seed=0), Stop(), at=broken_at)[-1].state

    last = run(train(snapshot, data, test, params, seed=0, resume=state))[-1]

    assert same(last.snapshot, whole.snapshot)
    assert last.snapshot.metrics == whole.snapshot.metrics
    np.testing.assert_array_equal(
        last.curves.panels["Loss"]["loss raw"].y, whole.curves.panels["Loss"]["loss raw"].y
    )


def test_final_softmax_is_trained_through_its_logits(
    snapshot: Snapshot, spec: ModelSpec, data: Samples, test: Samples, params: TrainParams
) -> None:
    longer = spec.with_nodes((*spec.nodes, Node("softmax", Softmax())))
    with_softmax = Snapshot(replace(snapshot.model, spec=longer), seed=snapshot.seed)

    ours = finish(train(with_softmax, data, test, params, seed=0))

    assert same(ours, finish(train(snapshot, data, test, params, seed=0)))
    assert float(Subject(ours).probabilities(torch.zeros(1, 1, 8, 8)).sum()) == pytest.approx(1)


def test_a_loss_that_is_no_number_ends_it_and_the_last_report_is_good(
    snapshot: Snapshot, data: Samples, test: Samples
) -> None:
    params = TrainParams(optimizer="sgd", schedule="constant", rate=10.0, batch=8, epochs=50)
    spec = ModelSpec("deep", (1, 8, 8), _unstable())
    training = train(Snapshot(Model("deep", plain(spec.input), spec)), data, test, params, seed=0)
    reports: list[TrainingReport] = []

    with pytest.raises(UserError, match=r"stopped at step \d+: .* below 10\."):
        reports.extend(progress.partial for progress in training if progress.partial is not None)

    assert all(value.isfinite().all() for value in reports[-1].snapshot.weights.values())


def _unstable() -> tuple[Node, ...]:
    dense = tuple(Node(f"dense{k}", Dense(32)) for k in range(6))
    return (Node("flatten", Flatten()), *dense, Node("output", Dense(4)))


def test_batch_larger_than_the_data_is_refused(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    with pytest.raises(UserError, match=r"64 is larger than the 60 .* at most 60\."):
        next(train(snapshot, data, test, replace(params, batch=64), seed=0))


def test_pictures_of_another_size_are_refused(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    larger = replace(data, pictures=np.zeros((60, 9, 8), np.uint8))

    with pytest.raises(UserError, match="1 x 8 x 8, but those of quarters are 1 x 9 x 8"):
        next(train(snapshot, larger, test, params, seed=0))


def test_colour_pictures_for_a_grey_network_are_refused(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    coloured = replace(data, pictures=np.zeros((60, 8, 8, 3), np.uint8))

    with pytest.raises(UserError, match="1 x 8 x 8, but those of quarters are 3 x 8 x 8"):
        next(train(snapshot, coloured, test, params, seed=0))


def test_another_number_of_classes_is_refused(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    fewer = replace(data, classes=("left", "right"))

    with pytest.raises(UserError, match="has 2 classes; end it with a Dense layer of 2 units"):
        next(train(snapshot, fewer, test, params, seed=0))


def test_a_network_without_weights_is_refused(data: Samples, test: Samples) -> None:
    spec = ModelSpec("flat", (1, 2, 2), (Node("flatten", Flatten()),))
    snapshot = Snapshot(Model("flat", plain(spec.input), spec))
    small = replace(data, pictures=np.zeros((60, 2, 2), np.uint8))

    with pytest.raises(UserError, match="nothing to learn"):
        next(train(snapshot, small, replace(small, split="test"), TrainParams(), seed=0))


def test_a_module_without_a_spec_is_refused(data: Samples, test: Samples) -> None:
    snapshot = Snapshot(Model("theirs", plain((1, 8, 8))), module=nn.Flatten())

    with pytest.raises(UserError, match="looked at but not trained"):
        next(train(snapshot, data, test, TrainParams(), seed=0))
