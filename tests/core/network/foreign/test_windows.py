from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.network.foreign.reading import read
from core.network.receptive_field import ReceptiveField

SIDE = 24


class Then(nn.Module):
    """A convolution, then a function, then a ReLU."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.conv(x)).relu()


class Both(nn.Module):
    """The sum of two branches."""

    def __init__(self, one: nn.Module, other: nn.Module) -> None:
        super().__init__()
        self.one, self.other = one, other

    def forward(self, x: Tensor) -> Tensor:
        summed: Tensor = self.one(x) + self.other(x)
        return summed


def _field(module: nn.Module) -> ReceptiveField | None:
    return read(module.eval(), (1, SIDE, SIDE)).table[-1].receptive_field


def _after(function: Callable[[Tensor], Tensor]) -> ReceptiveField | None:
    return _field(Then(function))


def _seen_by(module: nn.Module, cell: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """First row and number of rows of the input that one cell depends on, and the same across."""
    pixels = torch.ones(1, 1, SIDE, SIDE).requires_grad_()
    module(pixels)[0, :, cell, cell].sum().backward()
    assert pixels.grad is not None
    seen = pixels.grad[0, 0].abs()
    rows, columns = (seen.sum(axis).nonzero().flatten().tolist() for axis in (1, 0))
    return (rows[0], rows[-1] - rows[0] + 1), (columns[0], columns[-1] - columns[0] + 1)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 2, 5, stride=2, padding=1, dilation=2),
        nn.Conv2d(1, 2, 5, padding="same", dilation=2),
        nn.Conv2d(1, 2, 3, padding="valid"),
        nn.Conv2d(1, 2, 3, padding=2, padding_mode="reflect"),
        nn.AvgPool2d(3, 2, padding=1),
        nn.Sequential(nn.ZeroPad2d((2, 1, 2, 1)), nn.Conv2d(1, 1, 3)),
        nn.Sequential(nn.Conv2d(1, 4, 3), nn.ChannelShuffle(2), nn.Identity()),
        nn.Conv2d(1, 2, (1, 7), padding=(0, 3)),
        nn.Conv2d(1, 2, (3, 5), stride=(2, 1), dilation=(1, 2)),
        nn.Conv2d(1, 2, (5, 3), padding="same"),
        nn.Conv2d(1, 2, 3, stride=(1, 2)),
        nn.AvgPool2d((1, 3)),
        nn.Sequential(nn.ZeroPad2d((2, 1, 0, 3)), nn.AvgPool2d((3, 2), (1, 2))),
        nn.Sequential(nn.Conv2d(1, 1, (1, 5)), nn.Conv2d(1, 1, (5, 1), stride=2)),
        Both(nn.Conv2d(1, 1, (1, 5), padding=(0, 2)), nn.Conv2d(1, 1, (3, 1), padding=(1, 0))),
    ],
    ids=str,
)
def test_fields_are_those_of_the_gradient(layer: nn.Module) -> None:
    module = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), layer).eval()
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    field = _field(module)
    assert field is not None
    assert (field.span(5), field.across.span(5)) == _seen_by(module, 5)


def test_a_field_that_becomes_square_again_is_the_same_along_both_axes() -> None:
    field = _field(nn.Sequential(nn.Conv2d(1, 1, (1, 5)), nn.Conv2d(1, 1, (5, 1))))
    assert field == ReceptiveField(5, 1, 0.0)


@pytest.mark.parametrize(
    ("layer", "field"),
    [
        (nn.Conv1d(2, 3, 5, stride=2, padding=1), ReceptiveField(5, 2, -1.0)),
        (nn.MaxPool1d(3, 2), ReceptiveField(3, 2, 0.0)),
        (nn.ConstantPad1d((2, 0), 0.0), ReceptiveField(1, 1, -2.0)),
    ],
    ids=str,
)
def test_signals_have_fields_along_time(layer: nn.Module, field: ReceptiveField) -> None:
    assert read(nn.Sequential(layer).eval(), (2, 30)).table[-1].receptive_field == field


@pytest.mark.parametrize(
    "function",
    [
        torch.relu,
        lambda x: x * 2 - 1,
        lambda x: 1 - x,
        lambda x: torch.cat(x.chunk(2, 1)[::-1], 1),
        lambda x: x.view(-1, 2, 2, SIDE, SIDE).transpose(1, 2).reshape(-1, 4, SIDE, SIDE),
        lambda x: x.permute(0, 1, 2, 3),
        lambda x: x[:, :2],
        lambda x: functional.adaptive_avg_pool2d(x, SIDE),
    ],
)
def test_what_leaves_places_leaves_the_field(function: Callable[[Tensor], Tensor]) -> None:
    assert _after(function) == ReceptiveField(3, 1, -1.0)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.mean((2, 3)),
        lambda x: functional.adaptive_max_pool2d(x, 1),
        lambda x: x.flatten(1),
        lambda x: x.view(x.size(0), -1),
        lambda x: x * x.mean((2, 3), keepdim=True),
    ],
)
def test_what_mixes_all_cells_sees_the_whole_input(function: Callable[[Tensor], Tensor]) -> None:
    assert _after(function) == ReceptiveField(None, 0, 0.0)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.roll(2, 3),
        lambda x: x.transpose(2, 3),
        lambda x: x.permute(0, 1, 3, 2),
        lambda x: x.permute(0, 2, 3, 1),
        lambda x: x.permute(0, 2, 3, 1).matmul(torch.ones(4, 4)),
        lambda x: x[:, :, 1:],
        lambda x: x.sum(1),
        lambda x: functional.pad(x, (0, 0, 0, 0, 1, 1)),
        lambda x: functional.interpolate(x, scale_factor=2),
    ],
)
def test_what_is_not_known_is_not_guessed(function: Callable[[Tensor], Tensor]) -> None:
    assert _after(function) is None


def test_a_dense_layer_along_rows_is_not_known() -> None:
    assert _field(nn.Sequential(nn.Conv2d(1, 1, 1), nn.Linear(SIDE, SIDE))) is None
