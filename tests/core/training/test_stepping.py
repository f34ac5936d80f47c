from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from core.training.settings import TrainParams
from core.training.stepping import Stepper

CPU = torch.device("cpu")
PARAMS = TrainParams(optimizer="sgd", schedule="constant", rate=0.1, momentum=0.0)


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))


def batch(count: int = 7) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(count, 1, 2, 2, generator=generator)
    return images, torch.randint(3, (count,), generator=generator)


@pytest.mark.parametrize("parts", [2, 3, 7, 50])
def test_in_parts_the_gradients_are_those_of_the_whole(parts: int) -> None:
    whole, divided = network(), network()

    measured = Stepper(whole, PARAMS, CPU, asks=True).gradients(*batch(), 1)
    in_parts = Stepper(divided, PARAMS, CPU, asks=True).gradients(*batch(), parts)

    torch.testing.assert_close(in_parts, measured)
    for ours, theirs in zip(divided.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)


def test_long_gradients_are_shortened_and_short_ones_left() -> None:
    free, clipped, loose = network(), network(), network()
    moved = []
    for module, clip in ((free, 0.0), (clipped, 0.01), (loose, 100.0)):
        params = replace(PARAMS, clip=clip)
        before = torch.cat([value.flatten() for value in module.parameters()]).detach()
        stepper = Stepper(module, params, CPU, asks=True)
        stepper.update(params, 0.1, stepper.gradients(*batch(), 1))
        after = torch.cat([value.flatten() for value in module.parameters()]).detach()
        moved.append(float((after - before).norm()))

    assert moved[1] == pytest.approx(0.1 * 0.01, rel=1e-4)
    assert moved[2] == moved[0] > moved[1]


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "nesterov"])
def test_unasked_the_weights_stay_from_the_first_bad_loss_on(optimizer: str) -> None:
    params = replace(PARAMS, optimizer=optimizer, momentum=0.5)
    module = network()
    stepper = Stepper(module, params, CPU, asks=False)
    images, labels = batch()
    stepper.update(params, 0.1, stepper.gradients(images, labels, 1))
    good = [value.clone() for value in module.parameters()]

    for shown in (images * torch.nan, images):
        stepper.update(params, 0.1, stepper.gradients(shown, labels, 1))

    assert all(torch.equal(a, b) for a, b in zip(good, module.parameters(), strict=True))
