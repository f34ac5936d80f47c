"""Training in a process of its own: the same weights, held, stepped, stopped, and when it dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.data.augment import AugmentParams
from core.data.datasets import load_samples
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.loading import open_model
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.training.catalogue import Catalogue
from core.training.lock import is_trained
from core.training.observation import Observation
from core.training.observed import read_observed
from core.training.runs import open_run
from core.training.settings import Change, Stop, TrainParams
from core.training.train import TrainingReport, train
from core.training.trainer import Hold, Single, Trainer
from core.training.trainer_frames import Order
from tests.core.training.processes import die_while_it_trains, started

ORDER = Order(open_model("lenet5"), "fashion_mnist", TrainParams(epochs=1, batch=512), seed=3)


@pytest.fixture(scope="module")
def warm() -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    trainer.close()


def _learned(steps: Generator[Progress, Any, Snapshot]) -> tuple[list[Progress], Snapshot]:
    news = []
    while True:
        try:
            news.append(next(steps))
        except StopIteration as stop:
            return news, stop.value


def test_learns_what_training_here_learns_bit_for_bit(warm: Trainer) -> None:
    news, there = _learned(warm.train(ORDER))
    data, test = (load_samples("fashion_mnist", split) for split in ("train", "test"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    here = finish(train(ORDER.snapshot, data, test, ORDER.params, seed=3))
    torch.set_num_threads(threads)
    assert all(torch.equal(here.weights[name], there.weights[name]) for name in here.weights)
    assert there.model == here.model
    assert there.metrics == here.metrics
    last = news[-1].partial
    assert isinstance(last, TrainingReport)
    assert last.step == last.steps == there.step == 24
    assert list(last.curves.panels) == ["Loss", "Accuracy, %", "Learning rate"]


def test_holds_steps_once_and_stops_when_told(warm: Trainer) -> None:
    steps = warm.train(replace(ORDER, params=TrainParams(epochs=50)))
    next(steps)
    while next(steps).done == 0:
        pass
    held = steps.send(Hold()).done
    assert steps.send(Single()).done == held + 1
    assert steps.send(Single()).done == held + 2
    assert steps.send(Hold()).done == held + 2
    assert next(steps).done > held + 2
    steps.send(Stop())
    _, stopped = _learned(steps)
    assert held + 2 < stopped.step < 37_500


@pytest.mark.parametrize("told", [Stop(), Change(rate=0.01)])
def test_what_is_told_before_the_first_step_holds_from_the_second(
    warm: Trainer, told: Stop | Change
) -> None:
    steps = warm.train(replace(ORDER, params=replace(ORDER.params, schedule="constant")))
    next(steps)
    news = [steps.send(told)]
    more, learned = _learned(steps)
    last = [one.partial for one in (*news, *more) if one.partial is not None][-1]
    rates = last.curves.panels["Learning rate"]["rate"].y
    assert (learned.step, rates[-1]) == ((1, 0.003) if told == Stop() else (24, 0.01))


def test_a_run_whose_window_dies_keeps_all_that_was_learned(tmp_path: Path) -> None:
    folder, (told, tell) = tmp_path / "run", multiprocessing.Pipe(duplex=False)
    window = started(die_while_it_trains, folder, os.environ["CNN_WORKBENCH_HOME"], tell)
    reached = told.recv()
    window.join(60)
    while is_trained(folder):
        pass
    (entry,) = Catalogue().list()
    kept = open_run(folder).state.snapshot.step
    assert (entry.state, entry.step) == ("stopped", kept)
    assert kept >= reached > 0


def test_stops_after_the_epoch_when_told(warm: Trainer) -> None:
    steps = warm.train(replace(ORDER, params=TrainParams(epochs=50, batch=512)))
    while next(steps).done == 0:
        pass
    steps.send(Stop(after_epoch=True))
    _, stopped = _learned(steps)
    assert stopped.step % 24 == 0
    assert stopped.step < 50 * 24
    assert "test_accuracy" in stopped.metrics


def test_changes_notes_and_observations_travel(warm: Trainer) -> None:
    change = Change(rate=0.01, augment=AugmentParams(flip=True, cutout=4))
    steps = warm.train(replace(ORDER, params=TrainParams(epochs=50), watch=True))
    while next(steps).done == 0:
        pass
    steps.send(change)
    reports: list[TrainingReport] = []
    while not reports or not reports[-1].notes:
        news = next(steps)
        reports += [news.partial] if news.partial is not None else []
    steps.send(Stop())
    _learned(steps)

    (note,) = reports[-1].notes
    assert note.startswith("From step ")
    assert "Learning rate 0.01, Mirror on, Cut-out 4 px" in note
    observation = reports[-1].observation
    assert isinstance(observation, Observation)
    assert 0 < observation.step <= reports[-1].step
    assert observation.weights[0].layer == "conv1"


def test_an_order_with_a_folder_is_a_run_that_goes_on_bit_for_bit(
    warm: Trainer, tmp_path: Path
) -> None:
    order = replace(ORDER, folder=tmp_path / "run", watch=True)
    recorder = Trainer()
    try:
        steps = recorder.train(order)
        while next(steps).done < 3:
            pass
        steps.send(Stop())
        _, stopped = _learned(steps)
        assert stopped.step < 24
        assert open_run(tmp_path / "run").state.snapshot.step == stopped.step
        before = read_observed(tmp_path / "run")
        news, resumed = _learned(recorder.train(replace(order, snapshot=stopped, resume=True)))
    finally:
        recorder.close()

    whole = finish(warm.train(ORDER))
    assert resumed.step == whole.step == 24
    assert all(torch.equal(whole.weights[name], resumed.weights[name]) for name in whole.weights)
    (entry,) = Catalogue().list()
    assert (entry.folder, entry.state) == (tmp_path / "run", "done")
    watched = [one.partial.observation for one in news if one.partial is not None]
    assert before is not None
    count = len(before.history.steps)
    assert watched[-1].history.steps[:count].tolist() == before.history.steps.tolist()
    assert watched[-1].history.steps[-1] > stopped.step


def test_a_forecast_is_measured_there(warm: Trainer) -> None:
    found = finish(warm.forecast(ORDER))
    assert found.steps == 24
    assert found.fits
    assert 0 < found.seconds < 600
    with pytest.raises(UserError, match="20000 is larger than the 12000"):
        finish(warm.forecast(replace(ORDER, params=TrainParams(batch=20_000))))
    assert finish(warm.forecast(ORDER)).steps == 24


def test_training_that_diverges_tells_the_last_good_step(warm: Trainer) -> None:
    params = TrainParams(optimizer="sgd", schedule="constant", rate=10.0, loss="regression")
    news: list[Progress] = []

    with pytest.raises(UserError, match=r"stopped at step \d+: the loss is no number"):
        news.extend(warm.train(replace(ORDER, snapshot=_linear(), params=params)))

    last = [progress.partial for progress in news if progress.partial is not None][-1]
    assert all(bool(value.isfinite().all()) for value in last.snapshot.weights.values())


def _linear() -> Snapshot:
    """Without an activation, nothing holds the numbers."""
    nodes = (Node("flatten", Flatten()), Node("dense", Dense(30)), Node("output", Dense(10)))
    return Snapshot(Model("flat", plain((1, 28, 28)), ModelSpec("flat", (1, 28, 28), nodes)))


def test_a_mistake_in_the_order_is_told_and_the_next_order_taken(warm: Trainer) -> None:
    with pytest.raises(UserError, match="20000 is larger than the 12000"):
        finish(warm.train(replace(ORDER, params=TrainParams(batch=20_000))))
    assert finish(warm.train(ORDER)).step == 24


def test_a_process_that_dies_is_told_and_leaves_nothing() -> None:
    trainer = Trainer()
    steps = trainer.train(replace(ORDER, params=TrainParams(epochs=50)))
    while next(steps).done == 0:
        pass
    os.kill(trainer.process_id, signal.SIGKILL)
    with pytest.raises(UserError, match="ended by itself after step"):
        finish(steps)
    assert not trainer.is_alive


def test_closing_ends_the_process() -> None:
    trainer = Trainer()
    steps = trainer.train(ORDER)
    next(steps)
    steps.close()
    assert not trainer.is_alive


def test_a_trainer_with_an_order_is_not_free_for_another() -> None:
    trainer = Trainer()
    states = [trainer.is_free]
    steps = trainer.forecast(ORDER)
    next(steps)
    states.append(trainer.is_free)
    steps.close()
    assert states == [True, False]
