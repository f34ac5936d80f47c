"""Where in a kernel's Fourier spectrum may the search for its Gabor begin?"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate, chain, product
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.analysis.gabor_model import bounded, grid, moments

#: Windows of the spectra: standard deviations in sides of the kernel, and places along a side.  A
#: wide one sees all of the kernel wherever it stands.
WINDOWS = ((0.2, 3), (0.4, 1))
DIRECTIONS = 8


class _Spectrum(NamedTuple):
    """Places of windowed Fourier spectra, those of one direction and window side by side.

    `geometry` [D, 6]; `waves` [2 D, P] in orthonormal pairs, whose squared products with a kernel
    add up to the energy that they explain; `kinds`: how many places share direction and window.
    """

    geometry: Tensor
    waves: Tensor
    kinds: tuple[int, ...]


def strongest_places(kernels: Tensor, size: tuple[int, int], count: int) -> Tensor:
    """The geometries [N, count, 6] that explain most of kernels [N, C, P] of this height and width.

    They are places in the Fourier spectrum under Gaussian windows, at most one of each direction
    and window, so that they lead to different fits.
    """
    spectrum = _spectrum(size, kernels.device, kernels.dtype)
    power = (kernels @ spectrum.waves.mT).square().sum(1).view(len(kernels), -1, 2).sum(2)
    best = [kind.max(1) for kind in torch.split(power, list(spectrum.kinds), 1)]
    first = accumulate(spectrum.kinds, initial=0)
    places = torch.stack([kind.indices + at for kind, at in zip(best, first, strict=False)], 1)
    chosen = torch.stack([kind.values for kind in best], 1).topk(count, 1).indices
    return spectrum.geometry[places.gather(1, chosen)]


@lru_cache(maxsize=64)
def _spectrum(size: tuple[int, int], device: torch.device, dtype: torch.dtype) -> _Spectrum:
    kinds = [
        _places(max(size), direction * math.pi / DIRECTIONS, width, count)
        for direction, (width, count) in product(range(DIRECTIONS), WINDOWS)
    ]
    places = torch.tensor(list(chain.from_iterable(kinds)), device=device, dtype=dtype)
    geometry = bounded(places, size)
    waves = moments(geometry, grid(size, device, dtype))[:, :2]
    pairs = torch.linalg.qr(waves.mT).Q.mT
    return _Spectrum(geometry, pairs.flatten(0, 1), tuple(len(kind) for kind in kinds))


def _places(side: int, theta: float, width: float, count: int) -> list[list[float]]:
    """Geometries of one direction and window, at `count` x `count` places and all frequencies."""
    along = np.linspace(-0.3, 0.3, count) * side if count > 1 else np.zeros(1)
    frequencies = np.linspace(0.6 / side, 0.475, max(3, round(side / 2)))  # cycles per px
    spread = width * side
    return [
        [x, y, theta, spread, spread, 2 * math.pi * frequency]
        for x, y, frequency in product(along, along, frequencies)
    ]
