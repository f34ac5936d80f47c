from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.torchvision_import import torchvision
from core.errors import UserError
from core.network.foreign.trace import Watched, noise, output_of, watched
from core.network.layer_table import LayerRow, layer_table
from core.network.network import Network
from core.network.presets.alexnet_trunk import alexnet_trunk
from core.network.presets.efficientnet_lite0 import efficientnet_lite0
from core.network.receptive_field import ReceptiveField
from core.network.spec import ModelSpec, Shape


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


class Scaled(nn.Module):
    """A part with a parameter of its own beside its layer."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2, 1, 1))
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.scale * self.conv(x)
        return result


def _watched(module: nn.Module, shape: Shape) -> Watched:
    return watched(module, noise(shape))


def _rows(module: nn.Module, *shape: int) -> dict[str, LayerRow]:
    return {row.name: row for row in _watched(module, shape).table}


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
    names = [row.name for row in _watched(ByHand(), (1, 28, 28)).table]
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
    of_spec, traced = layer_table(spec), _watched(Network(spec), spec.input).table
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

    image = torch.ones(1, 1, 9, 9)
    assert [row.name for row in watched(Choice(), image).table] == ["bright"]
    assert [row.name for row in watched(Choice(), -image).table] == ["dark"]


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


class Layered(nn.Module):
    """Raises whatever it is told to."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.conv, self.error = nn.Conv2d(1, 1, 3), error

    def forward(self, x: Tensor) -> Tensor:
        self.conv(x)
        raise self.error


def test_a_layer_that_does_not_fit_the_input_says_why() -> None:
    with pytest.raises(UserError, match=r"cannot run on an input of \(1, 5, 5\): mat1 and mat2"):
        _watched(nn.Sequential(nn.Flatten(), nn.Linear(3, 4)), (1, 5, 5))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no mask given\nmore"), "no mask given"),
        (NotImplementedError(), "NotImplementedError"),
        (KeyError("mask"), "'mask'"),
        (FileNotFoundError("mask.npy"), "mask.npy"),
    ],
)
def test_a_module_that_raises_is_told_in_one_sentence(error: BaseException, said: str) -> None:
    with pytest.raises(UserError) as caught:
        _watched(Layered(error), (1, 5, 5))
    assert str(caught.value) == f"Layered cannot run on an input of (1, 5, 5): {said}."


def test_a_parameter_beside_layers_counts_where_its_module_ends() -> None:
    rows = _rows(nn.Sequential(Scaled(), nn.ReLU()), 1, 5, 5)
    assert [(row.name, row.kind, row.parameters) for row in rows.values()] == [
        ("0.conv", "Conv2d", 20),
        ("0", "Scaled", 2),
        ("1", "ReLU", 0),
    ]
    assert rows["1"].reads == ("0",)


def test_layers_with_computed_parameters_and_torchs_own_parts_are_one_layer() -> None:
    class Attentive(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 4, 3))
            self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

        def forward(self, x: Tensor) -> Tensor:
            words = self.conv(x).flatten(2).transpose(1, 2)
            result: Tensor = self.attention(words, words, words)[0]
            return result

    module = Attentive()
    rows = _rows(module, 1, 5, 5)
    assert {row.name: row.parameters for row in rows.values()} == {"conv": 44, "attention": 80}
    assert sum(p.numel() for p in module.parameters()) == 124
    # 9 places: 4 projections of 4 to 4 numbers, 2 products of 9 x 9 x 4
    assert rows["attention"].macs == 9 * 4 * 4 * 4 + 2 * 9 * 9 * 4


def test_layers_that_do_not_run_are_told_apart() -> None:
    seen = _watched(ByHand(), (1, 28, 28))
    assert [(row.name, row.parameters, row.shape) for row in seen.idle] == [("unused", 12, None)]


def test_a_parameter_that_nothing_reads_is_named() -> None:
    module = nn.Sequential(nn.Conv2d(1, 1, 3))
    module.register_parameter("spare", nn.Parameter(torch.ones(3)))
    assert [(row.name, row.kind) for row in _watched(module, (1, 5, 5)).idle] == [
        ("spare", "Parameter")
    ]


def test_the_output_is_that_of_eval_mode() -> None:
    module = nn.Sequential(nn.Dropout(), nn.Conv2d(1, 2, 3)).train()
    image = noise((1, 5, 5))
    assert torch.equal(output_of(module, image), module[1](image))
    assert module.training


def test_leaves_modes_and_hooks_as_they_were() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2).eval(), nn.Dropout())
    modes = [part.training for part in module.modules()]
    _watched(module, (1, 5, 5))
    assert [part.training for part in module.modules()] == modes
    assert not any(part._forward_hooks for part in module.modules())
    assert torch.equal(module[1].get_buffer("num_batches_tracked"), torch.tensor(0))
