from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
import torch
from torch import nn

from core.analysis.methods.filters import FiltersParams, filters
from core.errors import UserError
from core.network.layers.conv2d import Conv2d
from core.network.loading import open_model
from core.network.subject import Subject
from core.results import MapGrid
from tests.core.analysis.subjects import snapshot_of, subject_of_module


@pytest.fixture(scope="module")
def alexnet() -> Subject:
    return Subject(open_model("alexnet_trunk"))


def shown(subject: Subject, layer: str, unit: int = 0, **params: object) -> MapGrid:
    return filters(subject, layer, unit, FiltersParams(**params))  # type: ignore[arg-type]


def test_a_pooling_shows_the_kernels_whose_maps_it_shrinks(alexnet: Subject) -> None:
    result = shown(alexnet, "pool1")
    assert result.layer == "conv1"
    np.testing.assert_array_equal(result.maps, shown(alexnet, "conv1").maps)


def test_kernels_over_colours_are_colours(alexnet: Subject) -> None:
    result = shown(alexnet, "conv1")
    assert result.maps.shape == (64, 11, 11, 3)
    reach = np.abs(result.maps - 0.5).max((1, 2, 3))
    np.testing.assert_allclose(reach, 0.5, atol=1e-6)
    weights = alexnet.kernels("conv1").numpy()
    middle = result.maps[7] - 0.5
    np.testing.assert_allclose(
        middle * 2 * np.abs(weights[7]).max(), weights[7].transpose(1, 2, 0), atol=1e-6
    )


def test_colours_on_one_scale_reach_the_ends_once(alexnet: Subject) -> None:
    reach = np.abs(shown(alexnet, "conv1", scale="shared").maps - 0.5).max((1, 2, 3))
    assert reach.max() == pytest.approx(0.5)
    assert (reach < 0.49).sum() > 32


def test_zero_kernels_are_mid_grey() -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3))
    nn.init.zeros_(module[0].weight)  # type: ignore[arg-type]
    result = shown(subject_of_module(module, (3, 8, 8)), "0")
    assert np.all(result.maps == 0.5)


def test_a_stem_of_3_px_is_colours() -> None:
    subject = Subject(open_model("efficientnet_lite0"))
    result = shown(subject, subject.convolutions()[0])
    assert result.maps.shape == (32, 3, 3, 3)


def test_other_kernels_are_signed_weights_of_one_input(alexnet: Subject) -> None:
    result = shown(alexnet, "conv2", channel=3)
    assert result.signed
    np.testing.assert_array_equal(result.maps, alexnet.kernels("conv2")[:, 3].numpy())
    assert "input channel 3 of 64" in result.meaning


def test_minus_one_is_the_mean_of_all_inputs(alexnet: Subject) -> None:
    result = shown(alexnet, "conv2", channel=-1)
    expected = alexnet.kernels("conv2").mean(1).numpy()
    np.testing.assert_allclose(result.maps, expected, atol=1e-7)


def test_the_selected_kernel_shows_all_its_inputs(alexnet: Subject) -> None:
    result = shown(alexnet, "conv2", unit=5, show="selected")
    np.testing.assert_array_equal(result.maps, alexnet.kernels("conv2")[5].numpy())
    assert result.names[63] == "input 63"
    assert result.statistics["norm"].shape == (64,)


def test_statistics_are_those_of_whole_kernels(alexnet: Subject) -> None:
    result = shown(alexnet, "conv2")
    whole = alexnet.kernels("conv2").flatten(1)
    np.testing.assert_allclose(result.statistics["norm"], whole.norm(dim=1).numpy(), rtol=1e-5)
    np.testing.assert_allclose(result.statistics["mean"], whole.mean(1).numpy(), atol=1e-7)


def test_1_px_kernels_are_rows_of_their_weights() -> None:
    subject = Subject(snapshot_of(("point", Conv2d(4, 1)), given=(6, 8, 8)))
    result = shown(subject, "point")
    assert result.maps.shape == (4, 1, 6)
    np.testing.assert_array_equal(result.maps[:, 0], subject.kernels("point")[:, :, 0, 0].numpy())


def test_depthwise_kernels_have_one_map_each() -> None:
    module = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8))
    result = shown(subject_of_module(module, (8, 8, 8)), "0", channel=5)
    assert result.maps.shape == (8, 3, 3)
    assert result.meaning == "weight"


def test_the_worker_tiles_on_the_chosen_scale(alexnet: Subject) -> None:
    each = shown(alexnet, "conv2").tiles
    shared = shown(alexnet, "conv2", scale="shared").tiles
    assert each is not None
    assert shared is not None
    assert len(np.unique(each.levels[:, 1])) > 1
    assert len(np.unique(shared.levels[:, 1])) == 1


def test_what_is_shown_stays_when_training_goes_on() -> None:
    snapshot = snapshot_of(("conv", Conv2d(4, 5)), given=(1, 8, 8))
    subject = Subject(snapshot)
    result = shown(subject, "conv")
    before = result.maps.copy()
    zeros = MappingProxyType({"conv.weight": torch.zeros(4, 1, 5, 5)})
    subject.update(replace(snapshot, weights=zeros))
    np.testing.assert_array_equal(result.maps, before)


@pytest.mark.parametrize(
    ("layer", "unit", "params", "message"),
    [
        ("conv2", 192, {"show": "selected"}, "192 units, 0 to 191"),
        ("conv2", 0, {"channel": 64}, "64 input channels, 0 to 63"),
        ("conv9", 0, {}, "did you mean"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    alexnet: Subject, layer: str, unit: int, params: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        shown(alexnet, layer, unit, **params)
