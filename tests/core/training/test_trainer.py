"""Training in a process of its own: the same weights, held, stepped, stopped, and when it dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from core.data.datasets import load_samples
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.training.settings import Stop, TrainParams
from core.training.train import TrainingReport, train
from core.training.trainer import Hold, Order, Single, Trainer

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
