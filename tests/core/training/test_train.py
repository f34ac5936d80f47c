from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.data.augment import AugmentParams
from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.softmax import Softmax
from core.network.loading import open_model
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import LayerKind, ModelSpec, Node
from core.network.subject import Subject
from core.training.divergence import Diverged
from core.training.settings import Change, Control, Stop, TrainParams, change_to
from core.training.train import TrainingReport, train
from tests.core.training.kinds import Crowded, Sudden

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


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "nesterov"])
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


def test_steps_are_torchs(spec: ModelSpec, data: Samples, test: Samples) -> None:
    spec = spec.with_nodes((Node("flatten", Flatten()), Node("output", Dense(4))))
    snapshot = Snapshot(Model("flat", plain(spec.input), spec))
    params = TrainParams(schedule="constant", rate=0.1, batch=60, weight_decay=0.01)
    theirs = Network(spec)
    update = torch.optim.Adam(theirs.parameters(), lr=0.1, weight_decay=0.01)
    for _ in range(2):
        update.zero_grad()
        images = torch.from_numpy(data.images[:, None]).float() / 255
        nn.functional.cross_entropy(theirs(images), torch.from_numpy(data.labels)).backward()
        update.step()

    ours = finish(train(snapshot, data, test, params, seed=0, steps=2))

    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.weights[name], value, atol=1e-5, rtol=0)


@pytest.mark.parametrize("loss", ["cross_entropy", "sigmoid", "regression"])
def test_learns_with_every_loss(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, loss: str
) -> None:
    params = replace(params, loss=loss, epochs=10, smoothing=0.1)

    assert finish(train(snapshot, data, test, params, seed=0)).metrics["test_accuracy"] > 0.8


@pytest.mark.parametrize("shape", [(8, 8), (1, 2, 8, 8)])
def test_networks_that_read_signals_and_clips_learn_pictures(
    data: Samples, test: Samples, params: TrainParams, shape: tuple[int, ...]
) -> None:
    spec = ModelSpec("flat", shape, (Node("flatten", Flatten()), Node("output", Dense(4))))
    snapshot = Snapshot(Model("flat", plain(shape), spec))

    trained = finish(train(snapshot, data, test, replace(params, epochs=10), seed=0))

    assert trained.metrics["test_accuracy"] > 0.9


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


def test_stop_after_the_epoch_ends_with_its_exam(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    params = replace(params, epochs=3)
    reports = run(train(snapshot, data, test, params, seed=0), Stop(after_epoch=True), at=3)

    per_epoch = reports[-1].steps // 3
    assert reports[-1].step == per_epoch
    assert reports[-1].curves.panels["Accuracy, %"]["test"].x.tolist() == [per_epoch]
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


SETTINGS = {
    "adam": {"optimizer": "adam"},
    "adamw": {"optimizer": "adamw", "weight_decay": 0.01, "schedule": "cosine", "parts": 3},
    "sgd": {"optimizer": "sgd", "schedule": "step", "warmup": 0.25, "clip": 0.5},
    "nesterov": {"optimizer": "nesterov", "schedule": "constant", "warmup": 0.2, "flip": True},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
@pytest.mark.parametrize("broken_at", [3, 8, 9, 13])
def test_resumed_run_ends_as_the_unbroken_one(
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    params: TrainParams,
    settings: dict[str, Any],
    broken_at: int,
) -> None:
    params = replace(params, **settings)
    whole = run(train(snapshot, data, test, params, seed=0))[-1]
    state = run(train(snapshot, data, test, params, seed=0), Stop(), at=broken_at)[-1].state

    last = run(train(snapshot, data, test, params, seed=0, resume=state))[-1]

    assert same(last.snapshot, whole.snapshot)
    assert last.snapshot.metrics == whole.snapshot.metrics
    np.testing.assert_array_equal(
        last.curves.panels["Loss"]["loss raw"].y, whole.curves.panels["Loss"]["loss raw"].y
    )


CHANGE = Change(rate=0.02, momentum=0.5, weight_decay=0.1, augment=AugmentParams(cutout=3))


@pytest.mark.parametrize("broken_at", [4, 6, 11])
def test_resumed_run_repeats_what_was_changed(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, broken_at: int
) -> None:
    whole = run(train(snapshot, data, test, params, seed=0), CHANGE, at=3)
    kept = [report.state for report in whole if report.state is not None]
    changed = next(state for state in kept if state.snapshot.step == 4)
    again = train(snapshot, data, test, params, seed=0, resume=changed)
    state = run(again, Stop(), at=broken_at - 3)[-1].state

    last = run(train(snapshot, data, test, params, seed=0, resume=state))[-1]

    assert changed.params == CHANGE.applied_to(params)
    assert same(last.snapshot, whole[-1].snapshot)
    assert last.notes == whole[-1].notes != ()


def test_each_changed_setting_is_felt_from_the_next_step(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    params = replace(params, optimizer="sgd", schedule="constant")
    plain = run(train(snapshot, data, test, params, seed=0, steps=4))[-1].snapshot
    for change in (
        Change(rate=0.5),
        Change(momentum=0.1),
        Change(weight_decay=0.5),
        Change(augment=AugmentParams(cutout=5)),
    ):
        reports = run(train(snapshot, data, test, params, seed=0, steps=4), change, at=3)

        assert not same(reports[-1].snapshot, plain)
        (note,) = reports[-1].notes
        assert note.startswith("From step 4: ")


def test_a_change_to_what_is_already_so_is_none(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    plain = run(train(snapshot, data, test, params, seed=0))[-1]

    same_again = run(train(snapshot, data, test, params, seed=0), change_to(params), at=3)[-1]

    assert same(same_again.snapshot, plain.snapshot)
    assert same_again.notes == ()


def test_where_the_memory_is_short_batches_are_learned_in_parts_and_it_is_noted(
    data: Samples, test: Samples, params: TrainParams
) -> None:
    free = _flat(Crowded(1000))
    crowded = _flat(Crowded(3))

    last = run(train(crowded, data, test, params, seed=0))[-1]

    expected = finish(train(free, data, test, params, seed=0))
    for name, value in expected.weights.items():
        torch.testing.assert_close(last.snapshot.weights[name], value, atol=1e-4, rtol=0)
    assert last.step == 16
    assert last.state is not None
    assert last.state.params.parts == 4
    assert last.notes[-1].startswith("Step 1: the memory did not suffice")
    assert last.notes[-1].endswith("each batch of 8 is learned in 4 parts of at most 2 pictures.")


def test_memory_for_no_picture_at_all_is_told(
    data: Samples, test: Samples, params: TrainParams
) -> None:
    with pytest.raises(UserError, match="not suffice to learn from a single picture"):
        finish(train(_flat(Crowded(0)), data, test, params, seed=0))


def test_a_resumed_run_knows_that_the_memory_was_short(
    data: Samples, test: Samples, params: TrainParams
) -> None:
    whole = run(train(_flat(Crowded(3)), data, test, params, seed=0))[-1]
    state = run(train(_flat(Crowded(3)), data, test, params, seed=0), Stop(), at=5)[-1].state

    last = run(train(_flat(Crowded(3)), data, test, params, seed=0, resume=state))[-1]

    assert same(last.snapshot, whole.snapshot)
    assert last.notes == whole.notes


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


def test_names_the_layer_where_numbers_end_and_keeps_the_step_before(
    snapshot: Snapshot, spec: ModelSpec, data: Samples, test: Samples, params: TrainParams
) -> None:
    nodes = (*spec.nodes[:5], Node("sudden", Sudden(11)), *spec.nodes[5:])
    broken = Snapshot(replace(snapshot.model, spec=spec.with_nodes(nodes)), seed=snapshot.seed)
    training = train(broken, data, test, params, seed=0)
    reports: list[TrainingReport] = []

    with pytest.raises(Diverged, match=r"stopped at step 12: .* first in layer sudden"):
        reports.extend(progress.partial for progress in training if progress.partial is not None)

    last = reports[-1]
    expected = run(train(snapshot, data, test, params, seed=0), Stop(), at=12)[-1]
    assert last.step == last.snapshot.step == 11
    assert expected.step == 11
    assert last.state is not None
    assert same(last.snapshot, expected.snapshot)


class Noting:
    """Keeps what an observer is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []
        self._given = 0

    def before_step(self, network: nn.Module, step: int) -> None:
        self.calls.append(("before", step))
        self._before = [value.clone() for value in network.parameters()]

    def after_backward(self, network: nn.Module, step: int) -> None:
        self.calls.append(("backward", step))
        assert all(value.grad is not None for value in network.parameters())
        assert self._is_as_before(network)

    def after_step(self, network: nn.Module, step: int) -> None:
        self.calls.append(("after", step))
        assert not self._is_as_before(network)

    def exam(self, first: int, scores: Tensor, labels: Tensor) -> None:
        self.calls.append(("exam", first))

    def taken(self) -> str | None:
        self._given += 1
        return "observation" if self._given == 1 else None

    def _is_as_before(self, network: nn.Module) -> bool:
        pairs = zip(self._before, network.parameters(), strict=True)
        return all(torch.equal(before, now) for before, now in pairs)


def test_an_observer_is_told_of_each_step_and_exam_and_changes_nothing(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    observer = Noting()

    reports = run(train(snapshot, data, test, params, seed=0, observer=observer))

    steps = [[("before", k), ("backward", k), ("after", k)] for k in range(1, 17)]
    assert observer.calls == [
        *chain.from_iterable(steps[:8]), ("exam", 0), *chain.from_iterable(steps[8:]), ("exam", 0)
    ]  # fmt: skip
    assert {report.observation for report in reports} == {"observation"}
    assert same(reports[-1].snapshot, finish(train(snapshot, data, test, params, seed=0)))


def test_a_final_sigmoid_is_trained_through_its_logits(
    snapshot: Snapshot, spec: ModelSpec, data: Samples, test: Samples, params: TrainParams
) -> None:
    params = replace(params, loss="sigmoid")
    longer = spec.with_nodes((*spec.nodes, Node("sigmoid", Sigmoid())))
    with_sigmoid = Snapshot(replace(snapshot.model, spec=longer), seed=snapshot.seed)

    ours = finish(train(with_sigmoid, data, test, params, seed=0))

    assert same(ours, finish(train(snapshot, data, test, params, seed=0)))


def _flat(first: LayerKind) -> Snapshot:
    nodes = (Node("first", first), Node("flatten", Flatten()), Node("output", Dense(4)))
    return Snapshot(Model("flat", plain((1, 8, 8)), ModelSpec("flat", (1, 8, 8), nodes)))


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


@pytest.mark.parametrize(
    ("size", "options", "way"),
    [
        ((9, 9, 3), {"size", "grey"}, "choose size=8 and grey=true for the data"),
        ((9, 9), {"size", "grey"}, "choose size=8 for the data"),
        ((8, 8, 3), {"grey"}, "choose grey=true for the data"),
        ((9, 9, 3), {"grey"}, "choose another data set"),
    ],
)
def test_options_of_the_data_that_would_fit_are_named(
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    params: TrainParams,
    size: tuple[int, ...],
    options: set[str],
    way: str,
) -> None:
    other = replace(data, pictures=np.zeros((60, *size), np.uint8), options=frozenset(options))
    with pytest.raises(UserError, match=f"give the network that input, or {way}."):
        next(train(snapshot, other, test, params, seed=0))


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
