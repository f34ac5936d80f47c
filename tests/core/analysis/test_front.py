from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.analysis.front import Front
from core.errors import UserError
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.subject import Subject
from tests.core.analysis.subjects import image_of, snapshot_of, subject_of_module

LAYERS = (
    ("stem", Conv2d(8, 5, 2, 2)),
    ("relu", Relu()),
    ("conv", Conv2d(6, 3, padding=1)),
    ("flatten", Flatten()),
    ("dense", Dense(4)),
)


@pytest.fixture
def subject() -> Subject:
    return Subject(snapshot_of(*LAYERS))


def through_all(subject: Subject, image: Tensor) -> tuple[Tensor, Tensor]:
    """The layer "conv" of the whole network, and the image that it can be derived by."""
    pixels = image.clone().requires_grad_()
    stem, relu, conv = (subject.layer(name) for name in ("stem", "relu", "conv"))
    return conv(relu(stem(pixels))), pixels


def test_the_signal_is_the_gradient_of_half_the_sum_of_squares(subject: Subject) -> None:
    image = image_of(subject)[None]
    values, pixels = through_all(subject, image)
    (expected,) = torch.autograd.grad(values.square().sum() / 2, pixels)
    pull = Front(subject, "conv").pull(image)
    torch.testing.assert_close(pull.gradient, expected, rtol=1e-4, atol=1e-6)
    assert pull.response == pytest.approx(float(values.detach().square().mean()), rel=1e-4)


def test_one_unit_pulls_towards_its_own_mean(subject: Subject) -> None:
    image = image_of(subject)[None]
    values, pixels = through_all(subject, image)
    (expected,) = torch.autograd.grad(values[:, 2].sum(), pixels)
    pull = Front(subject, "conv", 2).pull(image)
    torch.testing.assert_close(pull.gradient, expected, rtol=1e-4, atol=1e-6)
    assert pull.response == pytest.approx(float(values[:, 2].mean().detach()), rel=1e-4)


def test_leaves_no_gradients_and_no_hooks_and_other_weights_untouched(subject: Subject) -> None:
    before = {name: value.clone() for name, value in subject.module.state_dict().items()}
    front = Front(subject, "conv")
    front.pull(image_of(subject)[None])
    parts = [*subject.module.modules(), *front._module.modules()]
    assert all(parameter.grad is None for part in parts for parameter in part.parameters())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in parts)
    for name, value in subject.module.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_keeps_its_weights_when_the_subject_takes_over_others(subject: Subject) -> None:
    front, image = Front(subject, "conv"), image_of(subject)[None]
    before = front.pull(image).gradient
    zeros = {name: torch.zeros_like(value) for name, value in subject.module.state_dict().items()}
    with torch.no_grad():
        subject.module.load_state_dict(zeros)
    torch.testing.assert_close(front.pull(image).gradient, before, rtol=0, atol=0)


def test_ends_after_its_layer_so_that_other_sizes_fit(subject: Subject) -> None:
    assert Front(subject, "conv").fits(40, 56)
    assert not Front(subject, "dense").fits(40, 56)
    assert Front(subject, "dense").fits(16, 16)


def test_looks_into_modules_that_were_not_described_here() -> None:
    class Viewing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3, 2)
            self.head = nn.Linear(4 * 49, 2)

        def forward(self, x: Tensor) -> Tensor:
            maps = self.conv(x)
            head: Tensor = self.head(maps.view(len(x), -1))
            return head

    subject = subject_of_module(Viewing(), (3, 16, 16))
    assert Front(subject, "head").pull(image_of(subject)[None]).gradient.abs().max() > 0


def test_says_which_units_there_are(subject: Subject) -> None:
    with pytest.raises(UserError, match="conv has 6 units, 0 to 5; there is no unit 6"):
        Front(subject, "conv", 6)
