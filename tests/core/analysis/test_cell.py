from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from core.analysis.methods.cell import cell
from core.arithmetic.branches import Total
from core.arithmetic.copied import Copied
from core.arithmetic.largest import Largest
from core.arithmetic.mean import Mean
from core.arithmetic.normalisation import Normalisation
from core.arithmetic.share import Share
from core.arithmetic.weighted_sum import WeightedSum
from core.errors import UserError
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.concat import Concat
from core.network.layers.conv1d import Conv1d
from core.network.layers.conv2d import Conv2d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.softmax import Softmax
from core.network.layers.tanh import Tanh
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from core.network.subject import Subject
from core.results import CellComputation
from tests.core.analysis.subjects import (
    classifier,
    image_of,
    lecture,
    snapshot_of,
    subject_of_module,
)


def some_cells(subject: Subject, image: Tensor, layer: str) -> list[CellComputation]:
    """The computation of cells at the corners and within, checked against the layer's output."""
    output = subject.outputs(image, layer)[layer]
    units, height, width = (*output.shape, 1, 1)[:3]
    places = {(0, 0), (height // 2, width // 2), (height - 1, 0), (height - 1, width - 1)}
    found = []
    for unit in {0, units - 1}:
        for row, column in sorted(places):
            computed = cell(subject, image, layer, unit, (row, column))
            expected = float(output.reshape(units, height, width)[unit, row, column])
            assert computed.value == pytest.approx(expected, abs=1e-6)
            assert computed.arithmetic.result == pytest.approx(computed.value, abs=1e-5)
            found.append(computed)
    return found


def of_module(module: nn.Module, *shape: int) -> list[CellComputation]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for value in module.parameters():
            nn.init.uniform_(value, -1, 1)
    subject = subject_of_module(nn.Sequential(module), (shape[0], shape[1], shape[2]))
    return some_cells(subject, image_of(subject), "0")


def test_the_lectures_sum_is_written_out() -> None:
    subject, image = lecture("lecture_sum", 0)
    values = [
        [cell(subject, image, "conv", 0, (row, column)).value for column in range(3)]
        for row in range(3)
    ]
    np.testing.assert_allclose(values, [[4, 3, 4], [2, 4, 3], [2, 3, 4]], atol=1e-5)
    first = cell(subject, image, "conv", 0, (0, 0))
    assert first.formula() == "1×1 + 1×0 + 1×1 + 0×0 + 1×1 + 1×0 + 0×1 + 0×0 + 1×1 = 4"
    assert [(step.follower, step.formula) for step in first.followed_by] == [
        ("relu", "ReLU(4) = 4")
    ]
    assert (first.sees.top, first.sees.left, first.sees.height, first.sees.width) == (0, 0, 3, 3)


def test_the_lectures_x_is_pooled_to_nine() -> None:
    subject, image = lecture("lecture_x", 1)
    pooled = cell(subject, image, "pool", 0, (0, 0))
    assert isinstance(pooled.arithmetic, Largest)
    np.testing.assert_allclose(pooled.arithmetic.window, [[[7, 0], [0, 9]]], atol=1e-5)
    assert pooled.arithmetic.at == (0, 1, 1)
    assert pooled.formula() == "max(7, 0, 0, 9) = 9"
    assert pooled.sees.height == 4


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    side=st.integers(5, 9),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    padding_end=st.integers(-1, 3),
    dilation=st.integers(1, 2),
    groups=st.sampled_from((1, 2, 4)),
    bias=st.booleans(),
    fill=st.sampled_from(("zeros", "reflect")),
)
def test_a_convolutions_products_add_up_to_its_value(side: int, **options: Any) -> None:
    end = options["padding"] if options["padding_end"] < 0 else options["padding_end"]
    reach = options["dilation"] * (options["kernel"] - 1) + 1
    assume(reach <= side + options["padding"] + end)
    subject = Subject(snapshot_of(("conv", Conv2d(8, **options)), given=(4, side, side)))
    for computed in some_cells(subject, image_of(subject), "conv"):
        arithmetic = computed.arithmetic
        assert isinstance(arithmetic, WeightedSum)
        assert arithmetic.window.shape == arithmetic.kernel.shape
        assert (arithmetic.bias is not None) == options["bias"]
        total = arithmetic.channel_sums.sum() + (arithmetic.bias or 0)
        assert total == pytest.approx(computed.value, abs=1e-5)


def test_padding_is_marked_and_adds_nothing() -> None:
    subject = Subject(snapshot_of(("conv", Conv2d(1, 3, padding=1)), given=(1, 5, 5)))
    corner = cell(subject, image_of(subject), "conv", 0, (0, 0))
    assert isinstance(corner.arithmetic, WeightedSum)
    assert corner.arithmetic.inside.tolist() == [
        [False, False, False], [False, True, True], [False, True, True],
    ]  # fmt: skip
    assert not corner.arithmetic.products[0][~corner.arithmetic.inside].any()
    assert (corner.sees.top, corner.sees.left, corner.sees.height) == (0, 0, 2)


@pytest.mark.parametrize(
    "module",
    [
        nn.Conv2d(2, 3, 4, padding="same", dilation=2),
        nn.Conv2d(2, 3, (3, 5), stride=(2, 1), padding=(0, 2)),
        nn.Conv2d(2, 4, 3, padding=2, padding_mode="reflect", groups=2),
        nn.Conv2d(2, 2, 3, padding=2, padding_mode="replicate"),
        nn.Conv2d(2, 2, 3, padding=2, padding_mode="circular"),
    ],
    ids=["same", "oblong", "reflected", "repeated", "circular"],
)
def test_other_peoples_convolutions_add_up(module: nn.Module) -> None:
    assert all(isinstance(c.arithmetic, WeightedSum) for c in of_module(module, 2, 8, 9))


@pytest.mark.parametrize(
    ("module", "arithmetic"),
    [
        (nn.MaxPool2d(3, 2, padding=1), Largest),
        (nn.MaxPool2d(2, 2, dilation=2), Largest),
        (nn.MaxPool2d((3, 2), 2, ceil_mode=True), Largest),
        (nn.AvgPool2d(3, 2, padding=1), Mean),
        (nn.AvgPool2d(3, 2, padding=1, count_include_pad=False), Mean),
        (nn.AvgPool2d(3, 2, padding=1, ceil_mode=True), Mean),
        (nn.AvgPool2d((2, 3), ceil_mode=True, divisor_override=5), Mean),
        (nn.AdaptiveAvgPool2d((3, 4)), Mean),
        (nn.AdaptiveMaxPool2d(3), Largest),
    ],
    ids=str,
)
def test_pooling_gives_the_value_of_its_window(module: nn.Module, arithmetic: type) -> None:
    assert all(isinstance(c.arithmetic, arithmetic) for c in of_module(module, 2, 8, 9))


@pytest.mark.parametrize("op", [MaxPool2d(2), MaxPool2d(3, 2, 1), AvgPool2d(2), AvgPool2d(0)])
def test_our_pooling_gives_the_value_of_its_window(op: Any) -> None:
    subject = Subject(snapshot_of(("pool", op)))
    cells = some_cells(subject, image_of(subject), "pool")
    assert {computed.kind for computed in cells} == {type(op).__name__}


def test_a_dense_unit_shows_its_largest_products_first() -> None:
    subject = Subject(classifier())
    computed = some_cells(subject, image_of(subject), "dense")[0]
    assert isinstance(computed.arithmetic, WeightedSum)
    assert computed.arithmetic.window.shape == (256, 1, 1)
    largest = np.abs(computed.arithmetic.products).argmax()
    value = computed.arithmetic.window.ravel()[largest]
    assert computed.formula(2).startswith(f"{value:.3g}×".replace("-", "−"))
    assert computed.formula(2).count("×") == 2
    assert " + … + " in computed.formula(2)
    assert computed.sees.height == 16


def normalised() -> Subject:
    spec = snapshot_of(("conv", Conv2d(2, 3)), ("bn", BatchNorm2d()), ("tanh", Tanh())).model
    weights = {
        "bn.running_mean": torch.tensor([0.5, -1.0]),
        "bn.running_var": torch.tensor([2.0, 0.1]),
        "bn.weight": torch.tensor([1.5, -2.0]),
        "bn.bias": torch.tensor([0.25, 3.0]),
    }
    return Subject(Snapshot(spec, weights))


@pytest.mark.parametrize("chosen", ["conv", "bn", "tanh"])
def test_goes_from_the_sum_through_the_normalisation_to_the_non_linearity(chosen: str) -> None:
    subject = normalised()
    image = image_of(subject)
    computed = cell(subject, image, chosen, 1, (2, 3))
    assert (computed.layer, computed.kind) == ("conv", "Conv2d")
    assert [step.follower for step in computed.followed_by] == ["bn", "tanh"]
    mean, variance, epsilon = -1.0, 0.1, 1e-5
    expected = (computed.value - mean) / np.sqrt(variance + epsilon) * -2.0 + 3.0
    assert computed.followed_by[0].output == pytest.approx(expected, rel=1e-5)
    assert computed.output == pytest.approx(np.tanh(expected), rel=1e-5)


def test_a_normalisation_of_the_input_stands_by_itself() -> None:
    subject = Subject(snapshot_of(("bn", BatchNorm2d()), ("conv", Conv2d(1, 3))))
    computed = cell(subject, image_of(subject), "bn", 0, (0, 0))
    assert isinstance(computed.arithmetic, Normalisation)
    assert computed.layer == "bn"


@pytest.mark.parametrize("chosen", ["conv", "bn", "tanh"])
def test_a_signal_is_followed_through_its_normalisation_to_a_scaled_tanh(chosen: str) -> None:
    nodes = (Node("conv", Conv1d(4, 5)), Node("bn", BatchNorm1d()), Node("tanh", ScaledTanh()))
    spec = ModelSpec("signal", (3, 20), nodes)
    subject = Subject(Snapshot(Model("signal", Preprocessing((3, 20)).resized((3, 20)), spec)))
    image = torch.randn(3, 20, generator=torch.Generator().manual_seed(0))
    computed = cell(subject, image, chosen, 1, (0, 15))
    assert isinstance(computed.arithmetic, WeightedSum)
    assert computed.arithmetic.window.shape == (1, 3, 5)
    assert [step.follower for step in computed.followed_by] == ["bn", "tanh"]
    expected = float(subject.outputs(image, "tanh")["tanh"][1, 15])
    assert computed.output == pytest.approx(expected, abs=1e-6)
    assert (computed.sees.top, computed.sees.height) == (0, 3)
    assert (computed.sees.left, computed.sees.width) == (15, 5)


def test_branches_are_added_and_set_side_by_side() -> None:
    nodes = (
        Node("left", Conv2d(2, 1), ("input",)),
        Node("right", Conv2d(2, 3, padding=1), ("input",)),
        Node("sum", Add(), ("left", "right")),
        Node("both", Concat(), ("left", "sum")),
        Node("relu", Relu()),
        Node("softmax", Softmax()),
    )
    model = snapshot_of(("unused", Relu())).model
    spec = ModelSpec("branches", (3, 16, 16), nodes)
    subject = Subject(Snapshot(Model("branches", model.preprocessing, spec), seed=3))
    image = image_of(subject)
    assert isinstance(some_cells(subject, image, "sum")[0].arithmetic, Total)
    assert isinstance(some_cells(subject, image, "both")[0].arithmetic, Copied)
    assert isinstance(cell(subject, image, "softmax", 1, (3, 3)).arithmetic, Share)
    some_cells(subject, image, "softmax")


def test_follows_a_module_whose_layers_run_more_than_once() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(2, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
            self.relu = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            middle = self.relu(self.first(x)) * 2.0
            return torch.as_tensor(self.relu(self.second(middle) + x))

    subject = subject_of_module(Residual(), (2, 6, 6))
    image = image_of(subject)
    for layer in ("first", "second"):
        computed = cell(subject, image, layer, 1, (2, 2))
        assert computed.arithmetic.result == pytest.approx(computed.value, abs=1e-5)
    assert [step.follower for step in cell(subject, image, "first", 0, (0, 0)).followed_by] == [
        "relu"
    ]


def test_says_where_the_network_does_more_than_its_layer() -> None:
    hooked = nn.Conv2d(1, 1, 3)
    hooked.register_forward_hook(lambda *seen: seen[2] + 1.0)
    with pytest.raises(UserError, match="does more than this layer says"):
        of_module(hooked, 1, 6, 6)


def test_says_which_cells_there_are() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    for unit, place in ((4, (0, 0)), (0, (16, 0)), (0, (0, -1))):
        with pytest.raises(UserError, match="conv has 4 maps of 16 x 16 cells; there is no cell"):
            cell(subject, image, "conv", unit, place)


def test_says_what_cannot_be_shown_in_numbers() -> None:
    with pytest.raises(UserError, match="How PixelShuffle computes its values is not known"):
        of_module(nn.PixelShuffle(2), 4, 4, 4)


def test_a_field_beyond_the_edge_is_cut_off() -> None:
    subject = Subject(
        snapshot_of(("a", Conv2d(1, 5, 2, 2)), ("b", Conv2d(1, 5, 2, 2)), given=(1, 16, 16))
    )
    image = image_of(subject)
    first, last = (cell(subject, image, "b", 0, place).sees for place in ((0, 1), (3, 3)))
    assert (first.top, first.height) == (0.0, 7.0)
    assert (first.left, first.width) == (0.0, 11.0)
    assert last.top + last.height == 16.0
