from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.training.forecast import Forecast, forecast
from core.training.learner import Learner
from core.training.memory import peak_memory
from core.training.settings import TrainParams


def measured(snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams) -> int:
    """The bytes that two steps take."""
    learner = Learner(snapshot, data, test, params, seed=0, steps=2)
    work = learner.work()
    with peak_memory(torch.device("cpu")) as peak:
        next(work)
        next(work)
        weights: int = sum(value.nbytes for value in learner.network.state_dict().values())
        return weights + peak()


@pytest.mark.parametrize("batch", [1, 3, 8, 32])
def test_memory_is_that_of_real_steps(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, batch: int
) -> None:
    params = replace(params, batch=batch)

    told = finish(forecast(snapshot, data, params))

    assert told.bytes == pytest.approx(measured(snapshot, data, test, params), rel=0.05)
    assert told.fits
    assert told.free > told.bytes


def test_a_network_that_takes_next_to_nothing_has_a_forecast(
    data: Samples, params: TrainParams
) -> None:
    spec = ModelSpec("one", (1, 8, 8), (Node("flatten", Flatten()), Node("dense", Dense(4))))

    told = finish(forecast(Snapshot(Model("one", plain(spec.input), spec)), data, params))

    assert told.fits
    assert told.largest > 0


def test_parts_take_the_memory_of_the_part(
    snapshot: Snapshot, data: Samples, params: TrainParams
) -> None:
    parts = finish(forecast(snapshot, data, replace(params, batch=32, parts=4)))

    assert parts.bytes == finish(forecast(snapshot, data, replace(params, batch=8))).bytes


def test_time_is_that_of_all_steps_and_exams(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    told = finish(forecast(snapshot, data, params, test=test))

    assert told.steps == 16
    assert told.seconds > 0
    assert finish(forecast(snapshot, data, params, steps=5)).steps == 5


def test_the_network_stays_as_it_is(snapshot: Snapshot, data: Samples, params: TrainParams) -> None:
    weights = {name: value.clone() for name, value in _filled(snapshot).weights.items()}
    started = replace(snapshot, weights=weights)

    finish(forecast(started, data, params))

    kept = _filled(snapshot).weights
    assert all(torch.equal(value, kept[name]) for name, value in started.weights.items())


def test_says_when_it_will_not_fit() -> None:
    assert not Forecast(seconds=1, bytes=11, free=10, steps=1, largest=9).fits


def test_no_more_pictures_than_there_are_would_fit(
    snapshot: Snapshot, data: Samples, params: TrainParams
) -> None:
    assert finish(forecast(snapshot, data, params)).largest == 60


def test_what_does_not_fit_together_is_refused(
    snapshot: Snapshot, data: Samples, params: TrainParams
) -> None:
    with pytest.raises(UserError, match="64 is larger"):
        finish(forecast(snapshot, data, replace(params, batch=64)))


def _filled(snapshot: Snapshot) -> Snapshot:
    """With the weights that its seed gives."""
    assert snapshot.model.spec is not None
    return replace(snapshot, weights=Network(snapshot.model.spec, snapshot.seed).state_dict())
