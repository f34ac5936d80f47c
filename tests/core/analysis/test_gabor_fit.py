from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import Tensor

from core.analysis.gabor_fit import fit_gabors, joined, random_r2
from core.analysis.gabor_model import Gabors
from core.analysis.gabor_starts import strongest_places
from core.network.loading import open_model

Doubles = NDArray[np.float64]


def drawn(
    orientation: float,
    wavelength: float,
    phase: float,
    *,
    size: int = 11,
    width: float = 2.2,
    length: float = 3.0,
    channels: int = 1,
) -> Tensor:
    """A kernel [1, C, k, k] by the lecture's formula; the angle counts anticlockwise."""
    x = np.arange(size) - (size - 1) / 2
    right, up = np.meshgrid(x - 0.4, -(x - 0.7))  # centre 0.4 to the right, 0.7 down
    angle = math.radians(orientation)
    u = right * math.cos(angle) + up * math.sin(angle)
    v = up * math.cos(angle) - right * math.sin(angle)
    envelope = np.exp(-(u**2) / (2 * width**2) - v**2 / (2 * length**2))
    wave = np.sin(2 * math.pi * u / wavelength + math.radians(phase))
    colours = np.array([1.0, -0.6, 0.3])[:channels, None, None]
    return torch.from_numpy(colours * envelope * wave)[None].float()


def apart(first: float, second: float, turn: float) -> float:
    """How far two angles are apart, where `turn` is the same as 0."""
    return abs((first - second + turn / 2) % turn - turn / 2)


def conv1() -> Tensor:
    return open_model("alexnet_trunk").weights["conv1.weight"]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [7, 11])
def test_recovers_known_gabors(size: int, channels: int) -> None:
    known = [(15.0 * k + 4, 3.2 + 0.2 * k, -170.0 + 31 * k) for k in range(12)]
    width = size / 5
    kernels = torch.cat(
        [
            drawn(*values, size=size, width=width, length=1.3 * width, channels=channels)
            for values in known
        ]
    )
    fit = fit_gabors(kernels)
    assert fit.r2.min() > 0.999
    for place, (orientation, wavelength, phase) in enumerate(known):
        gabors = fit.gabors
        assert apart(gabors.orientation_deg[place].item(), orientation, 180) < 1
        assert gabors.wavelength_px[place].item() == pytest.approx(wavelength, rel=0.03)
        assert apart(gabors.phase_deg[place].item(), phase, 360) < 5
        assert gabors.centre_px[place].tolist() == pytest.approx([0.4, 0.7], abs=0.2)


def test_most_of_alexnets_kernels_are_gabors() -> None:
    r2 = fit_gabors(conv1()).r2
    assert int((r2 > 0.7).sum()) >= 43
    assert r2.median() > 0.85


def test_r2_is_the_share_of_the_variance_that_the_drawn_fit_explains() -> None:
    kernels = conv1()[:16]
    fit = fit_gabors(kernels)
    left = (kernels - fit.gabors.drawn()).square().sum((1, 2, 3))
    variance = (kernels - kernels.mean((2, 3), keepdim=True)).square().sum((1, 2, 3))
    torch.testing.assert_close(fit.r2, 1 - left / variance, atol=1e-5, rtol=0)


def test_reaches_what_scipy_reaches_from_the_same_starts() -> None:
    kernels = conv1()[[24, 41, 61]].mean(1, keepdim=True)
    starts = strongest_places(kernels.flatten(2), (11, 11), 3).double().numpy()
    targets = kernels[:, 0].double().numpy()
    theirs = [
        max(_scipy_r2(target, start) for start in places)
        for target, places in zip(targets, starts, strict=True)
    ]
    assert fit_gabors(kernels).r2.mean() > np.mean(theirs) - 0.005


def _scipy_r2(target: Doubles, start: Doubles) -> float:
    """R² of the fit from one start, by the lecture's formula and finite differences."""
    y, x = np.mgrid[-5:6, -5:6]

    def error(values: Doubles) -> Doubles:
        x0, y0, theta, width, length, omega, sine, cosine = values
        u = (x - x0) * np.cos(theta) + (y - y0) * np.sin(theta)
        v = (y - y0) * np.cos(theta) - (x - x0) * np.sin(theta)
        envelope = np.exp(-(u**2) / (2 * width**2) - v**2 / (2 * length**2))
        wave = sine * np.sin(omega * u) + cosine * np.cos(omega * u)
        return np.ravel(envelope * wave - target)

    best = least_squares(error, [*start, 0.1, 0.1], method="lm", xtol=1e-4, ftol=1e-4)
    return float(1 - 2 * best.cost / np.square(target - target.mean()).sum())


@pytest.mark.parametrize(("size", "median"), [(7, 0.29), (11, 0.14)])
def test_random_kernels_are_not_gabors(size: int, median: float) -> None:
    r2 = random_r2((size, size), 1, 64, seed=0)
    assert (r2 > 0.7).sum() == 0
    assert np.median(r2) == pytest.approx(median, abs=0.03)


def test_no_random_kernel_of_5_px_looks_like_its_fit() -> None:
    r2 = random_r2((5, 5), 1, 64, seed=0)
    assert (r2 > 0.7).sum() == 0
    assert 0.4 < np.median(r2) < 0.55


def test_most_random_kernels_of_3_px_look_like_their_fit() -> None:
    assert (random_r2((3, 3), 1, 64, seed=0) > 0.7).mean() > 0.6


def test_the_same_seed_gives_the_same_random_kernels() -> None:
    first, second = random_r2((5, 5), 1, 8, seed=3), random_r2((5, 5), 1, 8, seed=4)
    random_r2.cache_clear()
    np.testing.assert_array_equal(random_r2((5, 5), 1, 8, seed=3), first)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("value", [0.0, 0.7])
def test_a_constant_kernel_explains_nothing(value: float) -> None:
    fit = fit_gabors(torch.full((2, 1, 5, 5), value))
    assert fit.r2.tolist() == [0, 0]
    assert bool(fit.gabors.drawn().isfinite().all())


def test_the_fit_scales_with_the_kernel() -> None:
    kernels = conv1()[:8]
    plain, large = fit_gabors(kernels), fit_gabors(kernels * 1e4)
    torch.testing.assert_close(large.r2, plain.r2, atol=1e-3, rtol=0)
    torch.testing.assert_close(large.gabors.drawn() / 1e4, plain.gabors.drawn(), atol=1e-2, rtol=0)


def test_goes_on_from_a_fit_of_slightly_different_kernels() -> None:
    kernels = torch.cat([drawn(20.0 * k, 4.5, 30.0 * k) for k in range(9)])
    noise = torch.randn(kernels.shape, generator=torch.Generator().manual_seed(0))
    before = fit_gabors(kernels)
    after = fit_gabors(kernels + 0.02 * noise, before)
    assert after.r2.min() > 0.95
    turned = [
        apart(a, b, 180)
        for a, b in zip(
            before.gabors.orientation_deg.tolist(), after.gabors.orientation_deg.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    assert max(turned) < 3


def test_kernels_need_not_be_square() -> None:
    kernels = drawn(0, 4.0, 40)[:, :, 2:9]
    fit = fit_gabors(kernels)
    assert fit.gabors.drawn().shape == (1, 1, 7, 11)
    assert fit.r2.item() > 0.999


def test_leaves_torch_as_many_threads_as_it_had() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fit_gabors(torch.ones(1, 1, 3, 3))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_batches_join_in_their_order() -> None:
    kernels = conv1()[:6]
    whole = joined([fit_gabors(kernels[:2]), fit_gabors(kernels[2:])])
    torch.testing.assert_close(whole.r2, fit_gabors(kernels).r2, atol=1e-4, rtol=0)
    assert isinstance(whole.gabors, Gabors)


def test_half_precision_kernels_are_fitted_in_full() -> None:
    fit = fit_gabors(conv1()[:2].half())
    assert fit.r2.dtype == torch.float32
