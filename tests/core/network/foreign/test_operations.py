from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.network.foreign.reading import read


class Calls(nn.Module):
    """Calls a function between two layers."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.function, self.last = nn.Conv2d(1, 2, 3), function, nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.last(self.function(self.first(x)))
        return result


def _layers(function: Callable[[Tensor], Tensor]) -> list[tuple[str, str]]:
    """The names and layers between the two, after a check that they give the same numbers."""
    module = Calls(function).eval()
    reading = read(module, (1, 9, 9))
    assert reading.read_by == "fx"
    batch = torch.randn(2, 1, 9, 9, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        assert torch.equal(reading.module(batch), module(batch))
    return [(row.name, str(reading.module.get_submodule(row.name))) for row in reading.table[1:-1]]


@pytest.mark.parametrize(
    ("function", "name", "layer"),
    [
        (functional.relu, "relu", nn.ReLU()),
        (torch.relu, "relu", nn.ReLU()),
        (lambda x: x.relu_(), "relu", nn.ReLU()),
        (lambda x: x.relu(), "relu", nn.ReLU()),
        (lambda x: functional.relu(x, True), "relu", nn.ReLU()),
        (lambda x: functional.leaky_relu(x, 0.2), "leaky_relu", nn.LeakyReLU(0.2)),
        (lambda x: functional.hardtanh(x, max_val=6), "hardtanh", nn.Hardtanh(max_val=6)),
        (lambda x: functional.gelu(x, approximate="tanh"), "gelu", nn.GELU("tanh")),
        (torch.sigmoid, "sigmoid", nn.Sigmoid()),
        (torch.tanh, "tanh", nn.Tanh()),
        (lambda x: functional.softmax(x, 1), "softmax", nn.Softmax(1)),
        (lambda x: torch.softmax(x, dim=1), "softmax", nn.Softmax(1)),
        (lambda x: torch.flatten(x, 1), "flatten", nn.Flatten()),
        (lambda x: x.flatten(2), "flatten", nn.Flatten(2)),
        (lambda x: x.view(x.shape[0], -1), "view", nn.Flatten()),
        (lambda x: functional.max_pool2d(x, 2), "max_pool2d", nn.MaxPool2d(2)),
        (
            lambda x: functional.max_pool2d(x, 3, stride=1, padding=1),
            "max_pool2d",
            nn.MaxPool2d(3, 1, 1),
        ),
        (
            lambda x: functional.avg_pool2d(x, 3, ceil_mode=True),
            "avg_pool2d",
            nn.AvgPool2d(3, ceil_mode=True),
        ),
        (
            lambda x: functional.adaptive_avg_pool2d(x, (1, 1)),
            "adaptive_avg_pool2d",
            nn.AdaptiveAvgPool2d((1, 1)),
        ),
    ],
)
def test_a_function_is_the_layer_that_torch_has_for_it(
    function: Callable[[Tensor], Tensor], name: str, layer: nn.Module
) -> None:
    assert _layers(function) == [(name, str(layer))]


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda x: x + x, ["add"]),
        (lambda x: x.add_(1), ["add"]),
        (lambda x: torch.add(x, x, alpha=2), ["add"]),
        (lambda x: 2 * x - 1, ["mul", "sub"]),
        (lambda x: torch.cat((x, x), 1), ["cat"]),
        (lambda x: torch.concat([x, x], dim=-3), ["cat"]),
        (lambda x: torch.cat((x, x), 2), ["cat"]),
        (lambda x: functional.softmax(x, 1, dtype=torch.float64), ["softmax"]),
        (lambda x: functional.dropout(x, 0.5, training=False), ["dropout"]),
        (lambda x: functional.threshold(x, 0.1, 0.0, inplace=True), ["threshold"]),
        (lambda x: x.mean((2, 3)), ["mean"]),
        (lambda x: x.chunk(2, 1)[0].contiguous(), []),
        (lambda x: functional.layer_norm(x, x.shape[1:]), ["layer_norm"]),
    ],
)
def test_other_functions_are_layers_that_call_them(
    function: Callable[[Tensor], Tensor], names: list[str]
) -> None:
    assert [name for name, _ in _layers(function)] == names


def test_what_is_written_over_is_seen_as_it_was() -> None:
    reading = read(Calls(lambda x: x.mul_(0)).eval(), (1, 9, 9))
    seen: list[Tensor] = []
    reading.module.get_submodule("first").register_forward_hook(lambda *run: seen.append(run[2]))
    with torch.no_grad():
        reading.module(torch.ones(1, 1, 9, 9))
    assert seen[0].abs().max() > 0
