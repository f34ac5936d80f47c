from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from core.network.foreign.multiplications import macs_of


class Counter(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.macs: int = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.macs += macs_of(func, args, kwargs or {}, result)
        return result


def _counted(function: Callable[[Tensor], object], shape: tuple[int, ...]) -> int:
    given = torch.zeros(shape)
    with torch.no_grad(), Counter() as counter:
        function(given)
    return int(counter.macs)


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (nn.Conv1d(4, 6, 3), (1, 4, 9)),
        (nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), (1, 4, 9, 8)),
        (nn.Conv3d(2, 3, 3), (1, 2, 5, 6, 7)),
        (nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (1, 4, 5, 6)),
        (nn.Linear(8, 3), (2, 5, 8)),
        (lambda x: functional.conv2d(x, weight=torch.ones(3, 4, 2, 2)), (1, 4, 5, 5)),
        (lambda x: x @ x.transpose(1, 2), (2, 5, 8)),
        (lambda x: torch.bmm(x, x), (2, 5, 5)),
        (lambda x: nn.MultiheadAttention(8, 2)(x, x, x), (5, 3, 8)),
        (nn.ReLU(), (1, 4, 5, 5)),
    ],
)
def test_agrees_with_torchs_own_count(
    function: Callable[[Tensor], object], shape: tuple[int, ...]
) -> None:
    given = torch.zeros(shape)
    with FlopCounterMode(display=False) as flops:
        function(given)
    assert _counted(function, shape) == flops.get_total_flops() // 2


def test_attention_is_two_products() -> None:
    macs = _counted(lambda x: functional.scaled_dot_product_attention(x, x, x), (1, 2, 5, 8))
    assert macs == 2 * 2 * 5 * 5 * 8
