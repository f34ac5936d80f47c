"""How fast are AlexNet's 64 kernels of 11 x 11 x 3 fitted, beside scipy's least squares?"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import Tensor

from core.analysis.gabor_fit import STARTS, fit_gabors
from core.analysis.gabor_starts import strongest_places
from core.network.loading import open_model
from core.network.subject import Subject
from tests.benchmarks.timing import Row, interleaved

NAMES = ("gabor_11",)

#: Where the peer stops: with its own 1e-8 it takes ten times as long for 0.001 more of R².
TOLERANCE = 1e-4
ROUNDS = 3
#: How far the mean R² may be from the peer's.
NEAR = 0.005

Doubles = NDArray[np.float64]


def rows() -> list[Row]:
    """Milliseconds for all kernels from the same starts, with one geometry for the three colours.

    The peer fits the same 12 parameters with MINPACK's Levenberg-Marquardt and an analytic
    Jacobian, the fastest of its methods here, and keeps the best of the starts.
    """
    torch.set_num_threads(1)
    kernels = Subject(open_model("alexnet_trunk")).kernels("conv1")
    peer = Peer(kernels)
    own, other, ratio = interleaved(lambda: fit_gabors(kernels), peer.mean_r2, ROUNDS)
    equal = abs(float(fit_gabors(kernels).r2.mean()) - peer.mean_r2()) < NEAR
    return [Row("gabor_11", own * 1e3, other * 1e3, ratio, "ms", equal)]


class Peer:
    """Kernels [N, C, k, k], fitted one by one from each of their starts."""

    def __init__(self, kernels: Tensor) -> None:
        count, _, side, _ = kernels.shape
        energy = kernels.square().sum((1, 2, 3), keepdim=True)
        flat = (kernels / energy.sqrt()).flatten(2)
        half = (side - 1) / 2
        y, x = np.mgrid[-half : half + 1, -half : half + 1]
        self._x, self._y = x.ravel(), y.ravel()
        self._targets: Doubles = flat.double().numpy()
        places = strongest_places(flat, (side, side), STARTS).double().numpy()
        self._starts = [[self._start(place, n) for place in places[n]] for n in range(count)]

    def mean_r2(self) -> float:
        """Fit all of them, and tell how much of their variance is explained on average."""
        return float(np.mean([self._r2(kernel) for kernel in range(len(self._targets))]))

    def _r2(self, kernel: int) -> float:
        target = self._targets[kernel]
        cost = min(
            least_squares(
                lambda values: (self._drawn(values) - target).ravel(),
                start,
                self._jacobian,
                method="lm",
                ftol=TOLERANCE,
                xtol=TOLERANCE,
                gtol=TOLERANCE,
            ).cost
            for start in self._starts[kernel]
        )
        return float(1 - 2 * cost / np.square(target - target.mean(1, keepdims=True)).sum())

    def _start(self, place: Doubles, kernel: int) -> Doubles:
        """The parameters at a geometry, with the amplitudes that are best there."""
        place = np.append(place[:3], np.log(place[3:]))
        *_, waves = self._waves(place)
        amplitudes, *_ = np.linalg.lstsq(waves.T, self._targets[kernel].T)
        return np.append(place, amplitudes.T.ravel())

    def _waves(self, values: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        """The pixels' places along and across the waves, and the two waves [2, P]."""
        x0, y0, theta = values[:3]
        width, length, omega = np.exp(values[3:6])
        cosine, sine = np.cos(theta), np.sin(theta)
        x, y = self._x - x0, self._y - y0
        u, v = x * cosine + y * sine, y * cosine - x * sine
        envelope = np.exp(-((u / width) ** 2 + (v / length) ** 2) / 2)
        return u, v, np.stack([envelope * np.sin(omega * u), envelope * np.cos(omega * u)])

    def _drawn(self, values: Doubles) -> Doubles:
        """The function [C, P] of parameters [6 + 2 C]."""
        *_, waves = self._waves(values)
        return values[6:].reshape(-1, 2) @ waves

    def _jacobian(self, values: Doubles) -> Doubles:
        """The derivatives [C P, 6 + 2 C] of `_drawn`."""
        u, v, waves = self._waves(values)
        width, length, omega = np.exp(values[3:6])
        cosine, sine = np.cos(values[2]), np.sin(values[2])
        amplitudes = values[6:].reshape(-1, 2)
        drawn = amplitudes @ waves
        quarter = omega * (np.stack([-amplitudes[:, 1], amplitudes[:, 0]], 1) @ waves)
        along, across = quarter - u / width**2 * drawn, -v / length**2 * drawn
        slopes = [
            sine * across - cosine * along, -sine * along - cosine * across, v * along - u * across,
            (u / width) ** 2 * drawn, (v / length) ** 2 * drawn, u * quarter,
        ]  # fmt: skip
        channels = len(amplitudes)
        linear = np.einsum("cd,wp->cwdp", np.eye(channels), waves)
        return np.concatenate([slopes, linear.reshape(2 * channels, channels, -1)]).reshape(
            len(values), -1
        ).T  # fmt: skip
