from __future__ import annotations

import pytest
import torch

from core.training.memory import free_memory, is_out_of_memory, peak_memory

CPU = torch.device("cpu")


def test_peak_is_the_most_that_lived_at_once() -> None:
    with peak_memory(CPU) as peak:
        first = torch.zeros(1000)
        del first
        second, third = torch.zeros(500), torch.zeros(700)

        assert peak() == 4 * 1200
        del second, third
        assert peak() == 4 * 1200


def test_views_and_changes_in_place_take_no_memory() -> None:
    before = torch.zeros(1000)
    with peak_memory(CPU) as peak:
        before.view(10, 100)[3].add_(1)

        assert peak() == 0


def test_what_is_kept_for_the_backward_pass_counts() -> None:
    weight = torch.ones(1000, requires_grad=True)
    with peak_memory(CPU) as peak:
        weight.exp().exp().sum().backward()

        assert peak() >= 4 * 3000


def test_there_is_memory() -> None:
    assert free_memory(CPU) > 1e6


def test_knows_when_the_memory_does_not_suffice() -> None:
    with pytest.raises(RuntimeError) as told:
        torch.empty(2**58)

    assert is_out_of_memory(told.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
