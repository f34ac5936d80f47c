from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
import torch

from core.analysis.declare import ANALYSES, Inputs
from core.analysis.methods.gabor import GaborParams, gabor
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.layers.conv2d import Conv2d
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.results import GaborFits
from tests.core.analysis.subjects import snapshot_of


@pytest.fixture(scope="module")
def alexnet() -> GaborFits:
    result = finish(gabor(Subject(open_model("alexnet_trunk")), "conv1"))
    assert isinstance(result, GaborFits)
    return result


def random_network(size: int, channels: int = 3, units: int = 4) -> Snapshot:
    return snapshot_of(("conv", Conv2d(units, size)), given=(channels, 16, 16))


def fits_of(snapshot: Snapshot, **params: object) -> GaborFits:
    result = finish(gabor(Subject(snapshot), "conv", params=GaborParams(**params)))  # type: ignore[arg-type]
    assert isinstance(result, GaborFits)
    return result


def test_the_best_fits_come_first(alexnet: GaborFits) -> None:
    assert np.all(np.diff(alexnet.r2) <= 0)
    assert sorted(alexnet.unit.tolist()) == list(range(64))
    assert alexnet.place(int(alexnet.unit[5])) == 5
    assert alexnet.place(64) is None


def test_kernels_fits_and_residuals_are_colours_on_one_scale(alexnet: GaborFits) -> None:
    weights = open_model("alexnet_trunk").weights["conv1.weight"].numpy()[alexnet.unit]
    largest = alexnet.largest[:, None, None, None]
    np.testing.assert_allclose(
        (alexnet.kernels - 0.5) * 2 * largest, weights.transpose(0, 2, 3, 1), atol=1e-5
    )
    inside = (alexnet.residuals > 0) & (alexnet.residuals < 1)
    inside &= (alexnet.fits > 0) & (alexnet.fits < 1)
    left = alexnet.kernels - alexnet.fits + 0.5
    np.testing.assert_allclose(alexnet.residuals[inside], left[inside], atol=1e-5)


def test_most_of_alexnet_beats_its_baseline(alexnet: GaborFits) -> None:
    assert alexnet.baseline_r2.shape == (256,)
    assert alexnet.baseline_percentile_99 is not None
    np.testing.assert_array_equal(alexnet.gabor_like, alexnet.r2 > alexnet.baseline_percentile_99)
    assert alexnet.gabor_like.sum() > 50
    assert "of 64 kernels are fitted better than 99 % of 256 random ones" in alexnet.meaning


def test_rows_are_plain_data(alexnet: GaborFits) -> None:
    rows = alexnet.rows()
    assert len(rows) == 64
    assert rows[0].keys() >= {
        "unit", "r2", "orientation_deg", "wavelength_px", "phase_deg", "gabor_like",
    }  # fmt: skip
    assert any(row["bandwidth_octaves"] is None for row in rows)
    assert alexnet.baseline().keys() == {"percentile_99", "median", "count"}


def test_reports_the_fits_before_their_baseline() -> None:
    steps = list(gabor(Subject(random_network(5)), "conv"))
    assert all(isinstance(step, Progress) for step in steps)
    partial = next(step.partial for step in steps if step.partial is not None)
    assert partial.r2.shape == (4,)
    assert not partial.gabor_like.any()
    assert partial.baseline_percentile_99 is None
    assert partial.rows()


def test_random_kernels_are_not_called_gabor_like() -> None:
    result = fits_of(random_network(7, channels=1, units=64))
    assert result.gabor_like.mean() < 0.05


def test_of_3_px_the_question_has_no_answer() -> None:
    result = fits_of(random_network(3, channels=1))
    assert not result.gabor_like.any()
    assert "has no answer" in result.meaning
    assert "9 numbers, and a Gabor 8 parameters" in result.meaning


def test_one_input_is_grey() -> None:
    result = fits_of(random_network(5, channels=1))
    assert result.kernels.shape == (4, 5, 5)
    assert np.abs(result.kernels).max(axis=(1, 2)).tolist() == [1, 1, 1, 1]
    grid = result.grid("residuals")
    assert grid.signed
    assert grid.names[0] == f"unit {result.unit[0]}"


def test_of_many_inputs_the_strongest_pattern_is_fitted() -> None:
    pattern = torch.randn(5, 5, generator=torch.Generator().manual_seed(0))
    strength = torch.tensor([1.0, 2.0, -0.5, 3.0, 0.1])
    weight = (strength[:, None, None] * pattern)[None].repeat(2, 1, 1, 1)
    snapshot = random_network(5, channels=5, units=2)
    snapshot = replace(snapshot, weights=MappingProxyType({"conv.weight": weight}))
    result = fits_of(snapshot)
    expected = (pattern / pattern.abs().max()).numpy()
    np.testing.assert_allclose(result.kernels[0], expected, atol=1e-5)
    assert "strongest pattern over the 5 inputs" in result.meaning


@pytest.mark.parametrize("inputs", ["mean", "one"])
def test_of_many_inputs_their_mean_or_one_of_them_is_fitted(inputs: str) -> None:
    snapshot = random_network(5, channels=5)
    weight = Subject(snapshot).kernels("conv").numpy()
    chosen = weight.mean(1) if inputs == "mean" else weight[:, 2]
    result = fits_of(snapshot, inputs=inputs, channel=2)
    shown = result.kernels * result.largest[:, None, None]
    np.testing.assert_allclose(shown, chosen[result.unit], atol=1e-6)


def test_an_input_channel_too_many_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"5 input channels, 0 to 4"):
        fits_of(random_network(5, channels=5), inputs="one", channel=5)


def test_kernels_without_extent_name_a_layer_that_has_some() -> None:
    snapshot = snapshot_of(("point", Conv2d(4, 1)), ("conv", Conv2d(4, 5)))
    with pytest.raises(UserError, match=r"1 x 1 px.*choose conv\."):
        finish(gabor(Subject(snapshot), "point"))


def test_weights_that_are_not_finite_are_one_sentence() -> None:
    weight = torch.zeros(4, 3, 5, 5)
    weight[1, 0, 0, 0] = torch.nan
    snapshot = replace(random_network(5), weights=MappingProxyType({"conv.weight": weight}))
    with pytest.raises(UserError, match="1 of 4 kernels of conv"):
        fits_of(snapshot)


def test_weights_that_move_on_meanwhile_do_not_mix() -> None:
    snapshot = random_network(5)
    subject = Subject(snapshot)
    before = subject.kernels("conv").clone()
    work = gabor(subject, "conv")
    next(work)
    zeros = MappingProxyType({"conv.weight": torch.zeros_like(before)})
    subject.update(replace(snapshot, weights=zeros))
    result = finish(work)
    assert result.largest.max() == pytest.approx(float(before.abs().max()))


def test_is_found_by_name_with_its_options() -> None:
    analysis = ANALYSES["gabor"]
    assert analysis.needs == ("subject", "layer", "seed")
    result = finish(analysis.start(Inputs(random_network(5), layer="conv")))
    assert result.layer == "conv"
