from __future__ import annotations

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.network.taps import tap


def _module() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 4))


def _hooks(module: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in module.modules())


def test_records_what_the_layers_give() -> None:
    module, image = _module(), torch.ones(1, 1, 5, 5)
    with tap(module, "0", "1") as seen:
        module(image)
    assert torch.equal(seen["0"], module[0](image))
    assert torch.equal(seen["1"], module[0](image).relu())


def test_stops_after_the_last_layer_asked_for() -> None:
    module = _module()
    ran = []
    module[3].register_forward_hook(lambda *_: ran.append(1))
    with tap(module, "0", "1", stop=True) as seen:
        module(torch.ones(1, 1, 5, 5))
    assert set(seen) == {"0", "1"}
    assert not ran


def test_removes_its_hooks_after_an_exception() -> None:
    module = _module()
    with pytest.raises(ZeroDivisionError), tap(module, "0", "3"):
        raise ZeroDivisionError
    assert _hooks(module) == 0


def test_removes_its_hooks_after_stopping() -> None:
    module = _module()
    with tap(module, "1", stop=True):
        module(torch.ones(1, 1, 5, 5))
    assert _hooks(module) == 0


def test_a_layer_that_runs_twice_is_recorded_the_first_time_in_each_pass() -> None:
    relu = nn.ReLU()
    module = nn.Sequential(relu, nn.Linear(2, 2), relu)
    with tap(module, "0") as seen:
        module(torch.tensor([[1.0, -1.0]]))
        assert seen["0"].tolist() == [[1.0, 0.0]]
        module(torch.tensor([[2.0, -1.0]]))
        assert seen["0"].tolist() == [[2.0, 0.0]]


def test_names_the_nearest_layer() -> None:
    module = nn.Sequential()
    module.add_module("conv1", nn.ReLU())
    with pytest.raises(UserError, match="did you mean conv1"), tap(module, "conv2"):
        pass
