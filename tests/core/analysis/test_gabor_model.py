from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from core.analysis.gabor_model import Gabors, bounded, grid, moments, moved, slopes, upright

SIZE = (7, 9)


def random_geometry(count: int, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    low = torch.tensor([-2.0, -2.0, -3.0, 0.8, 0.8, 0.3])
    high = torch.tensor([2.0, 2.0, 3.0, 4.0, 4.0, 2.0])
    shares = torch.rand(count, 6, generator=generator)
    return (low + (high - low) * shares).to(dtype)


def random_amplitudes(count: int, channels: int) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, 2, channels, generator=generator, dtype=torch.float64)


def by_the_lecture(geometry: Tensor, amplitudes: Tensor) -> Tensor:
    """A exp(-alpha u² - beta v²) sin(omega u + phi) at each pixel, [N, C, P]."""
    x0, y0, theta, width, length, omega = geometry[:, :, None].unbind(1)
    x = torch.arange(SIZE[1]).repeat(SIZE[0]) - (SIZE[1] - 1) / 2
    y = torch.arange(SIZE[0]).repeat_interleave(SIZE[1]) - (SIZE[0] - 1) / 2
    u = (x - x0) * theta.cos() + (y - y0) * theta.sin()
    v = -(x - x0) * theta.sin() + (y - y0) * theta.cos()
    alpha, beta = 1 / (2 * width**2), 1 / (2 * length**2)
    envelope = torch.exp(-alpha * u**2 - beta * v**2)
    amplitude = amplitudes.square().sum(1).sqrt()[..., None]
    phi = torch.atan2(amplitudes[:, 1], amplitudes[:, 0])[..., None]
    return amplitude * envelope[:, None] * torch.sin((omega * u)[:, None] + phi)


def test_is_the_function_of_the_lecture() -> None:
    geometry, amplitudes = random_geometry(8), random_amplitudes(8, 3)
    drawn = Gabors(geometry, amplitudes, SIZE).drawn()
    torch.testing.assert_close(drawn.flatten(2), by_the_lecture(geometry, amplitudes))


@pytest.mark.parametrize("channels", [1, 3])
def test_the_analytic_jacobian_is_that_of_autograd(channels: int) -> None:
    geometry, amplitudes = random_geometry(5), random_amplitudes(5, channels)
    pixels = grid(SIZE, geometry.device, geometry.dtype)
    ours = torch.einsum("nmcj,nmp->ncpj", slopes(geometry, amplitudes), moments(geometry, pixels))
    stepped = torch.autograd.functional.jacobian(
        lambda step: by_the_lecture(moved(geometry, step), amplitudes).sum(0),
        torch.zeros_like(geometry),
    )
    torch.testing.assert_close(ours, stepped.permute(2, 0, 1, 3))


def test_half_a_turn_leaves_the_function_as_it_is() -> None:
    geometry, amplitudes = random_geometry(20), random_amplitudes(20, 2)
    geometry[:, 2] *= 5
    turned = Gabors(geometry, amplitudes, SIZE)
    torch.testing.assert_close(upright(turned).drawn(), turned.drawn())
    theta = upright(turned).geometry[:, 2]
    assert bool(((theta > -math.pi) & (theta <= 0)).all())


def test_angles_count_anticlockwise_from_right_as_seen() -> None:
    up_right = torch.tensor([[0.0, 0.0, -math.pi / 4, 2.0, 2.0, 1.0]])
    gabors = Gabors(up_right, torch.tensor([[[1.0], [0.0]]]), (9, 9))
    assert gabors.orientation_deg.item() == pytest.approx(45)
    drawn = gabors.drawn()[0, 0]
    assert drawn[3, 5] > 0.5  # up and to the right: the first half of the wave
    assert drawn[5, 3] < -0.5


def test_tells_wavelength_phase_bandwidth_and_aspect() -> None:
    width = math.sqrt(2 * math.log(2)) / (math.pi / 8)  # passes 1/8 ± 1/16 cycles per pixel
    geometry = torch.tensor([[1.0, -2.0, 0.0, width, 2 * width, math.pi / 4]])
    gabors = Gabors(geometry, torch.tensor([[[0.1, 0.0], [0.0, 3.0]]]), (9, 9))
    assert gabors.wavelength_px.item() == pytest.approx(8)
    assert gabors.phase_deg.item() == pytest.approx(90)
    assert gabors.bandwidth_octaves.item() == pytest.approx(math.log2(3))
    assert gabors.aspect.item() == pytest.approx(2)
    assert gabors.centre_px.tolist() == [[1.0, -2.0]]


def test_a_blob_has_an_infinite_bandwidth() -> None:
    geometry = torch.tensor([[0.0, 0.0, 0.0, 1.0, 1.0, 0.2]])
    gabors = Gabors(geometry, torch.ones(1, 2, 1), (9, 9))
    assert gabors.bandwidth_octaves.item() == math.inf


def test_bounds_keep_waves_that_pixels_can_show() -> None:
    straight = torch.tensor([[0.0, 0.0, 0.0, 1.0, 1.0, 9.0]])
    diagonal = torch.tensor([[0.0, 0.0, math.pi / 4, 1.0, 1.0, 9.0]])
    assert bounded(straight, (9, 9))[0, 5].item() == pytest.approx(math.pi)
    assert bounded(diagonal, (9, 9))[0, 5].item() == pytest.approx(math.pi * math.sqrt(2))


def test_bounds_hold_centre_and_envelope() -> None:
    wild = torch.tensor([[99.0, -99.0, 1.0, 1e-3, 1e3, 1e-6]])
    expected = [6.3, -6.3, 1.0, 0.4, 18.0, 2 * math.pi / 90]
    assert bounded(wild, (7, 9))[0].tolist() == pytest.approx(expected)
