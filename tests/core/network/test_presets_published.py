from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.data.datasets.lecture_examples import DEFORMED_X, X
from core.data.torchvision_import import torchvision
from core.network.layer_table import LayerRow, layer_table
from core.network.loading import open_model
from core.network.presets import PRESETS
from core.network.presets.xo_net import LETTER_O
from core.network.spec import Shape
from core.network.subject import Subject
from core.network.weights import state_of


def _table(name: str) -> tuple[LayerRow, ...]:
    return layer_table(PRESETS[name].spec())


def _parameters(name: str) -> int:
    return sum(row.parameters for row in _table(name))


def _counts(name: str) -> list[int]:
    return [row.parameters for row in _table(name) if row.parameters]


def _row(name: str, layer: str) -> LayerRow:
    return next(row for row in _table(name) if row.name == layer)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # by hand, from figure 2 of the paper, whose section 3.5 says 60 million
        ("alexnet", 60_965_224),
        # torchvision's documentation of its models' parameters; the paper's tables round them
        ("alexnet_owt", 61_100_840),
        ("vgg11", 132_863_336),
        ("vgg13", 133_047_848),
        ("vgg16", 138_357_544),
        ("vgg19", 143_667_240),
        # Han et al. 2015, arXiv:1506.02626, table 1: LeNet-300-100 has 267 thousand
        ("mlp", 266_610),
        # table 3 of the paper: about 1.4 million
        ("all_convolutional", 1_369_738),
        # table 6 of the paper: 0.27 million
        ("resnet_small", 269_722),
        # by hand, from the code that came with the articles: see below
        ("fast_cifar", 6_573_120),
        # by hand, from the authors' own sizes: see below
        ("maxout_net", 417_514),
        # by hand: 32 x 32 + 32, 64 x 32 x 5 + 64, 64 x 64 x 5 + 64, 650, and 2 x 160 of norms
        ("spoken_wave", 32_874),
        # by hand: 160 + 4,640 + 18,496, 4,096 x 10 + 10, and 2 x 112 of norms
        ("spoken_spectrogram", 64_490),
    ],
)
def test_has_the_published_number_of_parameters(name: str, parameters: int) -> None:
    assert _parameters(name) == parameters


@pytest.mark.parametrize(
    ("name", "millions"), [("vgg11", 133), ("vgg13", 133), ("vgg16", 138), ("vgg19", 144)]
)
def test_vggs_are_of_the_sizes_in_the_papers_table_2(name: str, millions: int) -> None:
    assert round(_parameters(name) / 1e6) == millions


def test_most_of_vgg16_is_in_its_first_dense_layer() -> None:
    assert _row("vgg16", "dense6").parameters == 102_764_544
    assert sum(row.parameters for row in _table("vgg16") if row.kind == "Dense") == 123_642_856


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("alexnet_owt", "alexnet"),
        ("vgg11", "vgg11"),
        ("vgg13", "vgg13"),
        ("vgg16", "vgg16"),
        ("vgg19", "vgg19"),
    ],
)
def test_has_torchvisions_tensors_in_torchvisions_order(name: str, theirs: str) -> None:
    make: Callable[..., nn.Module] = getattr(torchvision().models, theirs)
    with torch.device("meta"):
        state: dict[str, Tensor] = make(weights=None).state_dict()
    ours = state_of(PRESETS[name].spec())
    assert [tensor.shape for tensor in ours.values()] == [t.shape for t in state.values()]


def test_alexnet_has_the_neurons_of_its_paper() -> None:
    # the caption of figure 2, but for the first layer, whose 55 x 55 x 96 of section 3.5 are more
    layers = ("conv1", "conv2", "conv3", "conv4", "conv5", "dense6", "dense7", "dense8")
    neurons = [_row("alexnet", layer).memory // 4 for layer in layers]
    assert neurons == [290_400, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000]


def test_alexnets_first_layer_has_the_lectures_34944_weights() -> None:
    assert _row("alexnet", "conv1").parameters == 34_944


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("alexnet", "pool5", (256, 6, 6)),
        # section 3.3 of the paper: averaged over 6 x 6
        ("all_convolutional", "relu9", (10, 6, 6)),
        # section 4.2 of the paper: maps of 32, 16 and 8
        ("resnet_small", "stage1_block3_relu2", (16, 32, 32)),
        ("resnet_small", "stage2_block3_relu2", (32, 16, 16)),
        ("resnet_small", "stage3_block3_relu2", (64, 8, 8)),
        ("fast_cifar", "res3_add", (512, 4, 4)),
        ("maxout_net", "pool3", (24, 2, 2)),
    ],
)
def test_maps_are_of_the_published_size(name: str, layer: str, shape: Shape) -> None:
    assert _row(name, layer).shape == shape


def test_network_without_pooling_has_no_window_that_pools() -> None:
    pools = [row for row in _table("all_convolutional") if "Pool" in row.kind]
    assert [row.name for row in pools] == ["average"]


def test_resnet_20_has_20_layers_with_weights_and_shortcuts_without() -> None:
    table = _table("resnet_small")
    assert sum(row.kind in ("Conv2d", "Dense") for row in table) == 20
    shortcuts = [row for row in table if row.kind in ("AvgPool2d", "PadChannels")]
    assert len(shortcuts) == 4
    assert not any(row.parameters for row in shortcuts)


def test_counts_of_the_fast_network_by_hand() -> None:
    sides = [(3, 64), (64, 128), (128, 128), (128, 128), (128, 256), (256, 512)]
    sides += [(512, 512), (512, 512)]
    expected = [count for a, b in sides for count in (9 * a * b, 2 * b)]
    assert _counts("fast_cifar") == [*expected, 5_120]


def test_counts_of_the_maxout_network_by_hand() -> None:
    expected = [96 * (64 + 1), 96 * (48 * 64 + 1), 96 * (48 * 25 + 1), 10 * (24 * 2 * 2 + 1)]
    assert _counts("maxout_net") == expected


def _scores(drawing: str) -> dict[str, float]:
    subject = Subject(open_model("xo_net"))
    rows = [[1.0 if cell == "#" else -1.0 for cell in row] for row in drawing.split()]
    scores: Any = subject.scores(torch.tensor([rows])).softmax(0)
    return dict(zip(subject.classes, map(float, scores), strict=True))


@pytest.mark.parametrize(
    ("drawing", "letter"), [(X, "X"), (DEFORMED_X, "X"), (LETTER_O, "O")], ids=["X", "bent X", "O"]
)
def test_the_x_and_o_network_reads_letters(drawing: str, letter: str) -> None:
    assert _scores(drawing)[letter] > 0.9


def test_an_x_moved_by_a_pixel_is_still_an_x() -> None:
    rows = X.split()
    moved = "\n".join("." + row[:-1] for row in rows)
    assert _scores(moved)["X"] > 0.5
