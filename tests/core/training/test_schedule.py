from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, MultiStepLR, OneCycleLR

from core.training.schedule import share_of_peak
from core.training.settings import TrainParams

PEAK = 0.003


def ours(params: TrainParams, steps: int) -> list[float]:
    return [PEAK * share_of_peak(params, step, steps) for step in range(steps)]


def theirs(make: Callable[[Optimizer], LRScheduler], steps: int) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], PEAK)
    schedule = make(optimizer)
    rates = [float(schedule.get_last_lr()[0])]
    for _ in range(steps - 1):
        optimizer.step()
        schedule.step()
        rates.append(float(schedule.get_last_lr()[0]))
    return rates


@pytest.mark.parametrize("steps", [2, 3, 10, 37, 2250])
def test_one_cycle_is_torchs_at_every_step(steps: int) -> None:
    rates = theirs(lambda o: OneCycleLR(o, PEAK, total_steps=steps, cycle_momentum=False), steps)

    assert ours(TrainParams(), steps) == pytest.approx(rates, rel=1e-12)


def test_one_cycle_of_one_step_is_its_end() -> None:
    assert share_of_peak(TrainParams(), 0, 1) < 1


@pytest.mark.parametrize("steps", [1, 10, 37])
def test_cosine_is_torchs_at_every_step(steps: int) -> None:
    rates = theirs(lambda o: CosineAnnealingLR(o, steps), steps)

    assert ours(TrainParams(schedule="cosine"), steps) == pytest.approx(rates, rel=1e-9)


def test_step_is_torchs_with_drops_at_equal_distances() -> None:
    params = TrainParams(schedule="step", drops=2, drop=0.2)

    rates = theirs(lambda o: MultiStepLR(o, [10, 20], 0.2), 30)

    assert ours(params, 30) == pytest.approx(rates, rel=1e-12)


def test_constant_is_constant() -> None:
    params = TrainParams(schedule="constant")

    assert {share_of_peak(params, step, 9) for step in range(9)} == {1.0}


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one_cycle"])
def test_warm_up_leads_in_a_line_to_the_schedule_over_the_other_steps(schedule: str) -> None:
    whole = [share_of_peak(TrainParams(schedule=schedule), step, 80) for step in range(80)]
    warm = TrainParams(schedule=schedule, warmup=0.2)

    shares = [share_of_peak(warm, step, 100) for step in range(100)]

    assert shares[20:] == whole
    assert shares[:20] == pytest.approx([whole[0] * (k + 1) / 21 for k in range(20)])
