from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.torchvision_import import torchvision
from core.errors import UserError
from core.network.geometry import LayerRow, ReceptiveField, layer_table
from core.network.network import Network
from core.network.presets.alexnet_trunk import alexnet_trunk
from core.network.presets.efficientnet_lite0 import efficientnet_lite0
from core.network.spec import ModelSpec
from core.network.trace import traced_table


class ByHand(nn.Module):
    """Functional layers, a shortcut, a layer used twice, and a dict as output."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 5, padding=2)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.shared = nn.ReLU()
        self.unused = nn.Linear(3, 3)
        self.output = nn.Linear(4 * 14 * 14, 10)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        y = self.shared(self.conv2(x))
        y = self.shared(x + y)
        return {"scores": self.output(y.flatten(1))}


def _rows(module: nn.Module, *shape: int) -> dict[str, LayerRow]:
    return {row.name: row for row in traced_table(module, shape)}


def test_functional_layers_are_seen_through_to_the_layers_they_read() -> None:
    rows = _rows(ByHand(), 1, 28, 28)
    assert {name: row.reads for name, row in rows.items()} == {
        "conv1": ("input",),
        "conv2": ("conv1",),
        "shared": ("conv2",),
        "output": ("shared",),
    }


def test_functional_pooling_counts_in_the_receptive_field() -> None:
    rows = _rows(ByHand(), 1, 28, 28)
    assert rows["conv1"].receptive_field == ReceptiveField(5, 1, -2.0)
    assert rows["conv2"].receptive_field == ReceptiveField(10, 2, -4.0)
    assert rows["output"].receptive_field == ReceptiveField(None, 0, 0.0)


def test_a_layer_that_runs_twice_is_named_once_as_it_runs_first() -> None:
    names = [row.name for row in traced_table(ByHand(), (1, 28, 28))]
    assert names == ["conv1", "conv2", "shared", "output"]


def test_parameters_and_macs_are_counted() -> None:
    rows = _rows(ByHand(), 1, 28, 28)
    assert (rows["conv1"].parameters, rows["conv1"].macs) == (104, 4 * 28 * 28 * 25)
    assert (rows["output"].parameters, rows["output"].macs) == (7850, 7840)
    assert rows["output"].shape == (10,)


@pytest.mark.parametrize("make", [alexnet_trunk, efficientnet_lite0])
def test_agrees_with_the_table_of_the_spec_of_the_same_network(
    make: Callable[[], ModelSpec],
) -> None:
    spec = make()
    of_spec, traced = layer_table(spec), traced_table(Network(spec), spec.input)
    for told, seen in zip(of_spec, traced, strict=True):
        facts = (seen.name, seen.reads, seen.given, seen.shape, seen.parameters, seen.macs)
        assert facts == (
            told.name, told.reads, told.given, told.shape, told.parameters, told.macs,
        )  # fmt: skip
        assert seen.receptive_field == told.receptive_field


def test_branches_of_a_residual_network_join() -> None:
    rows = _rows(torchvision().models.resnet18(weights=None), 3, 64, 64)
    assert sum(row.parameters for row in rows.values()) == 11_689_512
    assert rows["layer2.0.downsample.0"].reads == ("layer1.1.relu",)
    assert rows["layer3.0.conv1"].reads == ("layer2.1.relu",)
    assert rows["layer4.1.bn2"].receptive_field == ReceptiveField(435, 32, -217.0)
    assert rows["fc"].reads == ("avgpool",)


def test_an_identity_does_not_take_over_what_others_read() -> None:
    class Shortcut(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(1, 2, 1)
            self.same = nn.Identity()
            self.conv = nn.Conv2d(2, 2, 3, padding=1)
            self.end = nn.Sigmoid()

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x)
            y = self.same(x)
            result: Tensor = self.end(self.conv(x) + y)
            return result

    rows = _rows(Shortcut(), 1, 5, 5)
    assert rows["conv"].reads == ("stem",)
    assert rows["end"].reads == ("conv", "same")


def test_control_flow_that_depends_on_data_is_followed() -> None:
    class Choice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dark = nn.Conv2d(1, 1, 3)
            self.bright = nn.Conv2d(1, 1, 5)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.bright(x) if x.mean() > 0 else self.dark(x)
            return result

    assert list(_rows(Choice(), 1, 9, 9)) == ["dark"]


def test_above_an_unknown_operation_the_receptive_field_is_unknown() -> None:
    class Shuffled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 4, 3)
            self.conv2 = nn.Conv2d(4, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.conv2(self.conv1(x).roll(2, 3))
            return result

    rows = _rows(Shuffled(), 1, 9, 9)
    assert rows["conv2"].reads == ("conv1",)
    assert rows["conv2"].receptive_field is None


def test_a_module_that_fails_says_why() -> None:
    with pytest.raises(UserError, match=r"cannot run on an input of \(1, 5, 5\): mat1 and mat2"):
        traced_table(nn.Sequential(nn.Flatten(), nn.Linear(3, 4)), (1, 5, 5))


def test_a_bare_layer_says_what_to_do() -> None:
    with pytest.raises(UserError, match=r"put it into an nn\.Sequential"):
        traced_table(nn.Conv2d(1, 1, 3), (1, 5, 5))


def test_leaves_modes_and_hooks_as_they_were() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2).eval(), nn.Dropout())
    modes = [part.training for part in module.modules()]
    traced_table(module, (1, 5, 5))
    assert [part.training for part in module.modules()] == modes
    assert not any(part._forward_hooks for part in module.modules())
    assert torch.equal(module[1].get_buffer("num_batches_tracked"), torch.tensor(0))
