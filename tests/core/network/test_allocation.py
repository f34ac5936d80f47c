from __future__ import annotations

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.network.allocation import measured_bytes, peak_on_device, saved_for_backward
from core.network.costs import kept_for_backward
from core.network.foreign.libraries import snapshot_of
from core.network.layer_table import layer_table
from core.network.loading import describe, open_model
from core.network.network import Network
from core.network.presets import PRESETS
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec


def _snapshot(spec: ModelSpec) -> Snapshot:
    return Snapshot(Model(spec.name, plain(spec.input), spec))


@pytest.mark.parametrize("name", ["lenet5", "alexnet_trunk", "alexnet_owt", "vgg16", "mlp"])
def test_torch_saves_what_was_counted(name: str) -> None:
    spec = PRESETS[name].spec()
    counted = sum(kept_for_backward(layer_table(spec)).values())
    assert measured_bytes(_snapshot(spec)) == counted


@pytest.mark.parametrize("name", ["fast_cifar", "resnet_small", "maxout_net"])
def test_what_normalisation_and_dropout_note_is_less_than_one_hundredth(name: str) -> None:
    spec = PRESETS[name].spec()
    counted = sum(kept_for_backward(layer_table(spec)).values())
    assert measured_bytes(_snapshot(spec)) == pytest.approx(counted, rel=0.01)


def test_sums_that_are_computed_save_the_same() -> None:
    spec = PRESETS["lenet5"].spec()
    assert saved_for_backward(Network(spec), spec.input) == measured_bytes(_snapshot(spec))


def test_a_batch_saves_as_often() -> None:
    spec = PRESETS["lenet5"].spec()
    one, five = (saved_for_backward(Network(spec), spec.input, batch) for batch in (1, 5))
    assert five == 5 * one


def test_a_module_of_other_people_is_measured_and_left_as_it_was() -> None:
    module = nn.Sequential(nn.Linear(6, 4), nn.Tanh()).eval()
    assert saved_for_backward(module, (6,), 2) == 4 * 2 * (6 + 4)
    pictures = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Dropout()).eval()
    measured = measured_bytes(snapshot_of(pictures, name="it", input_shape=(1, 5, 5)))
    assert measured == 4 * (25 + 18 + 18)
    assert not pictures.training


def test_a_module_that_fails_is_said_to() -> None:
    with pytest.raises(UserError, match="Linear cannot run on 1 inputs"):
        saved_for_backward(nn.Linear(6, 4), (7,))


def test_the_peak_is_known_on_a_graphics_card_alone() -> None:
    with pytest.raises(UserError, match="the network is on cpu"):
        peak_on_device(nn.Linear(2, 2), (2,))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_the_peak_is_above_what_is_saved() -> None:
    spec = PRESETS["lenet5"].spec()
    network = Network(spec)
    saved = saved_for_backward(network, spec.input, 64)
    assert peak_on_device(network.cuda(), spec.input, 64) > saved


def test_describing_measures_only_where_that_is_asked_for() -> None:
    snapshot = open_model("lenet5")
    assert describe(snapshot)["memory"]["measured"]["bytes"] == 35_472
    assert "measured" not in describe(snapshot, measure=False)["memory"]
