from __future__ import annotations

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from core.training.schedule import share_of_peak


@pytest.mark.parametrize("steps", [2, 3, 10, 37, 2250])
def test_one_cycle_is_torchs_at_every_step(steps: int) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    theirs = OneCycleLR(optimizer, 0.003, total_steps=steps, cycle_momentum=False)
    rates = []
    for _ in range(steps - 1):
        rates.append(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()
    rates.append(theirs.get_last_lr()[0])

    ours = [0.003 * share_of_peak("one_cycle", step, steps) for step in range(steps)]

    assert ours == pytest.approx(rates, rel=1e-12)


def test_one_cycle_of_one_step_is_its_end() -> None:
    assert share_of_peak("one_cycle", 0, 1) < 1


def test_constant_is_constant() -> None:
    assert {share_of_peak("constant", step, 9) for step in range(9)} == {1.0}
