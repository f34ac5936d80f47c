from __future__ import annotations

import json

import pytest
import torch

from core.data.torchvision_import import torchvision
from core.network.layer_table import LayerRow, layer_table
from core.network.loading import open_model
from core.network.modules.table import TableConv2d
from core.network.network import Network
from core.network.presets import PRESETS
from core.network.spec import ModelSpec, Shape
from core.network.subject import Subject

NAMES = ("googlenet", "lenet1989", "lenet5_1998", "neocognitron", "time_delay")


def _table(name: str) -> tuple[LayerRow, ...]:
    return layer_table(PRESETS[name].spec())


def _counts(name: str) -> dict[str, int]:
    return {row.name: row.parameters for row in _table(name) if row.parameters}


def _table_layer(network: Network, name: str) -> TableConv2d:
    layer = network.get_submodule(name)
    assert isinstance(layer, TableConv2d)
    return layer


def _shapes(name: str) -> dict[str, Shape | None]:
    return {row.name: row.shape for row in _table(name)}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # section 4 of the paper: 9760 independent parameters
        ("lenet1989", 9_760),
        # section II.B of the paper: 60,000 trainable ones; the dense output comes on top
        ("lenet5_1998", 60_000 + 850),
        # by hand, from the planes and inputs of section 5: 24 (25 + 1), 24 (24 25 + 1) twice
        ("neocognitron", 624 + 2 * 14_424),
        # by hand, from figure 2 of the paper: 8 (16 3 + 1) and 3 (8 5 + 1)
        ("time_delay", 392 + 123),
        # by hand, from table 1 of the paper with biases; Caffe's bvlc_googlenet has as many
        ("googlenet", 6_998_552),
    ],
)
def test_has_the_published_number_of_parameters(name: str, parameters: int) -> None:
    assert sum(_counts(name).values()) == parameters
    assert sum(p.numel() for p in Network(PRESETS[name].spec()).parameters()) == parameters


@pytest.mark.parametrize("name", NAMES)
def test_survives_json(name: str) -> None:
    spec = PRESETS[name].spec()
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize("name", NAMES)
def test_runs_with_the_shapes_of_its_table(name: str) -> None:
    spec = PRESETS[name].spec()
    network = Network(spec).eval()
    with torch.inference_mode():
        output = network(torch.rand(1, *spec.input, generator=torch.Generator().manual_seed(0)))
    assert tuple(output.shape[1:]) == _table(name)[-1].shape
    assert output.isfinite().all()


# LeNet, 1989


def test_lenet_of_1989_has_the_weights_and_biases_of_each_published_layer() -> None:
    # section 4 of the paper: H1 300 and 768 biases, H2 2400 and 192, H3 5790, output 310
    expected = {"h1": 300 + 768, "h2": 2_400 + 192, "h3": 5_790, "output": 310}
    assert _counts("lenet1989") == expected


def test_lenet_of_1989_has_the_published_units_and_connections() -> None:
    rows = {row.name: row for row in _table("lenet1989")}
    assert (rows["h1"].shape, rows["h2"].shape) == ((12, 8, 8), (12, 4, 4))
    # section 4 of the paper, with the bias of each unit: 19,968 and 38,592
    assert rows["h1"].macs + 768 == 19_968
    assert rows["h2"].macs + 192 == 38_592


def test_each_of_the_twelve_maps_is_read_by_eight() -> None:
    network = Network(PRESETS["lenet1989"].spec())
    connected = _table_layer(network, "h2").weight.detach().abs().amax((2, 3)) > 0
    assert connected.sum(0).tolist() == [8] * 12
    assert connected.sum(1).tolist() == [8] * 12


# LeNet-5, 1998


def test_lenet_5_of_1998_has_the_published_count_in_each_layer() -> None:
    # section II.B of the paper
    expected = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert _counts("lenet5_1998") == expected | {"output": 850}


def test_lenet_5_of_1998_has_the_published_connections() -> None:
    rows = {row.name: row for row in _table("lenet5_1998")}
    # section II.B of the paper, biases included: 122,304 and 151,600
    assert rows["c1"].macs + 6 * 28 * 28 == 122_304
    assert rows["c3"].macs + 16 * 10 * 10 == 151_600


def test_the_table_of_c3_has_three_four_and_six_maps_a_filter() -> None:
    network = Network(PRESETS["lenet5_1998"].spec())
    reads = _table_layer(network, "c3").reads
    assert [len(maps) for maps in reads] == [3] * 6 + [4] * 9 + [6]
    assert len(set(reads)) == 16
    assert [sum(k in maps for maps in reads) for k in range(6)] == [10] * 6


# Neocognitron


def test_the_neocognitron_has_the_published_numbers_of_cells() -> None:
    # section 5 of the paper
    assert _shapes("neocognitron") == {
        "s1": (24, 16, 16),
        "c1": (24, 10, 10),
        "s2": (24, 8, 8),
        "c2": (24, 6, 6),
        "s3": (24, 2, 2),
        "c3": (24, 1, 1),
    }


def test_no_layer_of_the_neocognitron_is_silent_before_it_learns() -> None:
    subject = Subject(open_model("neocognitron"))
    image = torch.zeros(1, 16, 16)
    image[0, 4:12, 7:9] = 1
    outputs = subject.outputs(image, "s1", "c1", "s2", "c2", "s3", "c3")
    assert all(output.min() >= 0 and output.max() > 0 for output in outputs.values())
    assert all(outputs[layer].max() < 1 for layer in ("c1", "c2", "c3"))


def test_the_neocognitron_can_learn_by_its_gradient() -> None:
    snapshot = open_model("neocognitron")
    network = Network(PRESETS["neocognitron"].spec())
    network.load_state_dict(dict(snapshot.weights))
    image = torch.rand(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    network(image).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


# Time-delay network


def test_the_time_delay_network_has_the_published_frames() -> None:
    # figure 2 of the paper: 13 frames of 8 units, 9 of 3
    shapes = _shapes("time_delay")
    assert (shapes["conv1"], shapes["conv2"], shapes["output"]) == ((8, 13), (3, 9), (3,))


def test_the_time_delay_network_does_not_mind_when() -> None:
    network = Network(PRESETS["time_delay"].spec()).eval()
    signal = torch.zeros(2, 16, 15)
    signal[0, :, 6] = signal[1, :, 8] = 1
    with torch.inference_mode():
        early, late = network(signal)
    assert torch.allclose(early, late, atol=1e-6)


# GoogLeNet


@pytest.mark.parametrize(
    ("module", "channels", "side"),
    [
        ("3a", 256, 28),
        ("3b", 480, 28),
        ("4a", 512, 14),
        ("4b", 512, 14),
        ("4c", 512, 14),
        ("4d", 528, 14),
        ("4e", 832, 14),
        ("5a", 832, 7),
        ("5b", 1_024, 7),
    ],
)
def test_modules_of_googlenet_give_the_maps_of_table_1(
    module: str, channels: int, side: int
) -> None:
    assert _shapes("googlenet")[f"inception{module}"] == (channels, side, side)


@pytest.mark.parametrize(
    ("module", "thousands"),
    # without 4c and 5a, whose 463 and 1072 do not follow from the table's own filters
    [("3a", 159), ("3b", 380), ("4a", 364), ("4b", 437), ("4d", 580), ("4e", 840), ("5b", 1_388)],
)
def test_modules_of_googlenet_have_the_weights_of_table_1(module: str, thousands: int) -> None:
    name = f"inception{module}"
    count = sum(n for layer, n in _counts("googlenet").items() if layer.startswith(name))
    assert count / 1024 == pytest.approx(thousands, rel=0.02)  # which counts 1024 to the thousand


def test_googlenet_has_torchvisions_filters_but_for_its_kernels_of_5() -> None:
    make = torchvision().models.googlenet
    with torch.device("meta"):
        theirs = make(weights=None, aux_logits=False, init_weights=False)
    shapes = [tuple(m.weight.shape) for m in theirs.modules() if isinstance(m, torch.nn.Conv2d)]
    network = Network(PRESETS["googlenet"].spec())
    ours = [tuple(m.weight.shape) for m in network.children() if isinstance(m, torch.nn.Conv2d)]
    # torchvision's has 3 x 3 there: its documentation says so
    assert [s[:2] for s in ours] == [s[:2] for s in shapes]
    assert sum(s[2] == 5 for s in ours) == 9


def test_each_module_of_googlenet_joins_four_branches() -> None:
    joins = [row for row in _table("googlenet") if row.kind == "Concat"]
    assert len(joins) == 9
    assert all(len(row.reads) == 4 for row in joins)
