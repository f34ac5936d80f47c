from __future__ import annotations

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.training.precision import Precision, has_bfloat16, precision_of

CPU = torch.device("cpu")


def test_full_precision_calculates_in_32_bit() -> None:
    with precision_of("full", CPU).autocast():
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == torch.float32


def test_half_precision_calculates_in_16_bit_and_keeps_the_weights_in_32() -> None:
    network, precision = nn.Linear(2, 1), Precision(torch.bfloat16, CPU)
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    before = network.weight.clone()

    with precision.autocast():
        scores = network(torch.ones(1, 2))
    precision.backward(scores.float().sum())
    precision.unscale(optimizer)
    precision.step(optimizer)

    assert scores.dtype == torch.bfloat16
    torch.testing.assert_close(network.weight, before - 0.1, atol=1e-6, rtol=0)


def test_the_scale_of_float16_is_remembered() -> None:
    first, second = Precision(torch.float16, CPU), Precision(torch.float16, CPU)
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], 0.1)
    first.backward(weight.sum() * torch.inf)
    first.unscale(optimizer)
    first.step(optimizer)

    second.restore(first.state())

    assert weight.item() == 0
    assert first.skips
    assert second.state() == first.state()
    assert first.state() != Precision(torch.float16, CPU).state()


@pytest.mark.skipif(has_bfloat16(), reason="this processor has bfloat16")
def test_a_processor_without_16_bit_says_so() -> None:
    with pytest.raises(UserError, match="this processor has no arithmetic for 16 bit"):
        precision_of("mixed", CPU)


@pytest.mark.skipif(not has_bfloat16(), reason="this processor has no bfloat16")
def test_a_processor_with_16_bit_uses_it() -> None:
    with precision_of("mixed", CPU).autocast():
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == torch.bfloat16
