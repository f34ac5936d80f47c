"""What is a Gabor function, and how does it change with its place, direction, extent and wave?

Source: lecture 000, "Visual cortex", after Jones & Palmer 1987, J. Neurophysiol. 58, 1233:
G(x, y) = A exp(-alpha u^2 - beta v^2) sin(omega u + phi), where (u, v) is (x - x0, y - y0) in a
frame turned by theta.  Input channels share the geometry; each has its own A and phi.

A geometry [N, 6] is x0, y0, theta, width, length and omega: the centre in pixels to the right of
and below the kernel's, the angle in radians from x (right) towards y (down), the envelope's
standard deviations along u and v in pixels, so that alpha = 1 / (2 width²) and beta =
1 / (2 length²), and the wave's radians per pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

#: (p² + q²) from where the envelope, exp(-20), is below what float32 resolves beside 1; denormal
#: numbers farther out would cost time.
FARTHEST = 40.0


class Grid(NamedTuple):
    """Pixel centres [P], row by row, from the kernel's centre."""

    x: Tensor
    y: Tensor


@lru_cache(maxsize=64)
def grid(size: tuple[int, int], device: torch.device, dtype: torch.dtype) -> Grid:
    """The pixels of a kernel of this height and width."""
    rows, columns = (
        torch.arange(side, device=device, dtype=dtype) - (side - 1) / 2 for side in size
    )
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return Grid(x.reshape(-1), y.reshape(-1))


def moments(geometry: Tensor, pixels: Grid) -> Tensor:
    """The two waves of each geometry, and all that their slopes are made of: [N, 12, P].

    With p = u / width and q = v / length, the waves are exp(-(p² + q²) / 2) times sin(omega u)
    and cos(omega u); both come times 1, p, q, p², pq and q², in this order.
    """
    x0, y0, theta, width, length, omega = geometry[:, :, None].unbind(1)
    cosine, sine = theta.cos(), theta.sin()
    x, y = pixels.x - x0, pixels.y - y0
    u, v = x * cosine + y * sine, y * cosine - x * sine
    place = torch.stack([u / width, v / length], 1)
    envelope = place.square().sum(1).clamp_max(FARTHEST).mul(-0.5).exp()
    phase = u * omega
    place = place[:, :, None]
    result: Tensor = geometry.new_empty(len(geometry), 6, 2, u.shape[1])
    torch.mul(envelope, phase.sin(), out=result[:, 0, 0])
    torch.mul(envelope, phase.cos(), out=result[:, 0, 1])
    torch.mul(result[:, :1], place, out=result[:, 1:3])
    torch.mul(result[:, 1:3], place[:, :1], out=result[:, 3:5])
    torch.mul(result[:, 2], place[:, 1], out=result[:, 5])
    return result.flatten(1, 2)


def slopes(geometry: Tensor, amplitudes: Tensor) -> Tensor:
    """How the functions change with their geometry: weights [N, 12, C, 6] of the `moments`.

    `amplitudes` [N, 2, C] are those of the two waves.  The six directions are a shift by `width`
    along u, one by `length` along v, theta, and the logarithms of width, length and omega.
    Summed over the moments this is the Jacobian at fixed amplitudes.
    """
    width, length, omega = geometry[:, 3:, None, None].unbind(1)
    slender = length / width
    even, odd, skew, turn = _pattern(geometry.device, geometry.dtype)
    still = even + (1 / slender - slender) * skew
    turning = (omega * width) * (odd + slender * turn)
    quarter = torch.stack([-amplitudes[:, 1], amplitudes[:, 0]], 1)  # d/d(omega u) of the waves
    result: Tensor = amplitudes[:, None, ..., None] * still[:, :, None, None]
    result = result + quarter[:, None, ..., None] * turning[:, :, None, None]
    return result.flatten(1, 2)


@lru_cache(maxsize=8)
def _pattern(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Which of 1, p, q, p², pq and q² (second axis) each slope (third axis) holds.

    [4, 6, 6]: times the wave, times its quarter turn; then what only theta has: pq times the
    wave, q times the quarter turn.
    """
    pattern = torch.zeros(4, 6, 6, device=device, dtype=dtype)
    for power, direction in ((1, 0), (2, 1), (3, 3), (5, 4)):
        pattern[0, power, direction] = 1
    pattern[1, 0, 0], pattern[1, 1, 5] = -1, 1
    pattern[2, 4, 2] = pattern[3, 2, 2] = 1
    return pattern


def moved(geometry: Tensor, step: Tensor) -> Tensor:
    """The geometry [N, 6] after a step [N, 6] in the directions of `slopes`."""
    along, across = (step[:, :2] * geometry[:, 3:5]).unbind(1)
    cosine, sine = geometry[:, 2].cos(), geometry[:, 2].sin()
    shift = [cosine * along - sine * across, sine * along + cosine * across, step[:, 2]]
    sizes = geometry[:, 3:] * step[:, 3:].exp()
    return torch.cat([geometry[:, :3] + torch.stack(shift, 1), sizes], 1)


def bounded(geometry: Tensor, size: tuple[int, int]) -> Tensor:
    """The nearest geometry that pixels of a kernel of this size can tell from others.

    The centre stays within 0.7 sides of the kernel's, the envelope between 0.4 px and two sides,
    the wave between ten sides and Nyquist's limit in its direction.
    """
    low, high = _limits(max(size), geometry.device, geometry.dtype)
    theta = geometry[:, 2]
    nyquist = math.pi / torch.maximum(theta.cos().abs(), theta.sin().abs())
    result = geometry.clamp(low, high)
    result[:, 5] = torch.minimum(result[:, 5], nyquist)
    return result


@lru_cache(maxsize=64)
def _limits(side: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    far, free = 0.7 * side, math.inf
    low = [-far, -far, -free, 0.4, 0.4, 2 * math.pi / (10 * side)]
    high = [far, far, free, 2 * side, 2 * side, free]
    return torch.tensor([low, high], device=device, dtype=dtype)


@dataclass(frozen=True, eq=False)
class Gabors:
    """N Gabor functions over C input channels, each with one geometry for all its channels.

    `geometry` [N, 6] has its theta within (-pi, 0]; `amplitudes` [N, 2, C] are those of the sine
    and of the cosine wave; `size` is the kernels' height and width.
    """

    geometry: Tensor
    amplitudes: Tensor
    size: tuple[int, int]

    def drawn(self) -> Tensor:
        """The functions as kernels [N, C, h, w]."""
        pixels = grid(self.size, self.geometry.device, self.geometry.dtype)
        waves = moments(self.geometry, pixels)[:, :2]
        return (self.amplitudes.mT @ waves).view(len(waves), -1, *self.size)

    @property
    def centre_px(self) -> Tensor:
        """The centre [N, 2] in pixels from the kernel's, to the right and downwards."""
        return self.geometry[:, :2]

    @property
    def orientation_deg(self) -> Tensor:
        """The direction of modulation [N], counter-clockwise from right as seen, 0 to below 180.

        At 0 the wave runs from left to right: its stripes are vertical.
        """
        return (self.geometry[:, 2] * (-180 / math.pi)).remainder(180)

    @property
    def wavelength_px(self) -> Tensor:
        """The length of one cycle [N] in pixels."""
        return 2 * math.pi / self.geometry[:, 5]

    @property
    def phase_deg(self) -> Tensor:
        """The phase phi [N] of the strongest input channel, -180 to 180.

        It counts along the direction of modulation that `orientation_deg` gives.  Near 0 and 180
        the function is odd about its centre (an edge), near ±90 even (a line).
        """
        strongest = self.amplitudes.square().sum(1).argmax(1)
        sine, cosine = self.amplitudes.take_along_dim(strongest[:, None, None], 2)[..., 0].unbind(1)
        return torch.atan2(cosine, sine) * (180 / math.pi)

    @property
    def bandwidth_octaves(self) -> Tensor:
        """The range of frequencies [N] passed at half amplitude; inf where it includes zero.

        The envelope's spectrum exp(-(width w)² / 2) is one half at w = sqrt(2 log 2) / width.
        """
        half = math.sqrt(2 * math.log(2)) / self.geometry[:, 3]
        omega = self.geometry[:, 5]
        return torch.log2((omega + half) / (omega - half).clamp_min(0))

    @property
    def aspect(self) -> Tensor:
        """The envelope's length along the stripes over its width across them [N]."""
        return self.geometry[:, 4] / self.geometry[:, 3]


def upright(gabors: Gabors) -> Gabors:
    """The same functions with theta within (-pi, 0].

    Half a turn reverses u: the sine wave changes its sign, the cosine wave does not.
    """
    turns = (gabors.geometry[:, 2] / math.pi).ceil()
    geometry, amplitudes = gabors.geometry.clone(), gabors.amplitudes.clone()
    geometry[:, 2] -= turns * math.pi
    amplitudes[:, 0] *= (1 - 2 * turns.remainder(2))[:, None]
    return Gabors(geometry, amplitudes, gabors.size)
