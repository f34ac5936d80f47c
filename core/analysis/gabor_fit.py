"""Which Gabor function is nearest to each of many kernels?

Batched Levenberg-Marquardt over the geometry, all kernels and all starts at once.  The amplitudes
are linear, so that each step solves for them (variable projection: Golub & Pereyra 1973, SIAM
J. Numer. Anal. 10, 413, with the Jacobian of Kaufman 1975, BIT 15, 49).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.analysis.gabor_model import Gabors, Grid, bounded, grid, moments, moved, slopes, upright
from core.results import Floats

#: Starts of each kernel; then how many steps they take before only the best so many go on.
STARTS = 8
STAGES = ((2, 4), (3, 2), (4, 1), (12, 1))
#: Steps from the fit of slightly different kernels.
WARM_STAGES = ((8, 1),)

#: Windows of the spectra that starts come from: standard deviations in sides of the kernel, and
#: places along a side.  A wide one sees the whole kernel, so its place does not matter.
WINDOWS = ((0.2, 3), (0.4, 1))
DIRECTIONS = 8

#: Damping at first, and its factors after a better and a worse step; tuned on AlexNet's kernels
#: and on random ones.
DAMPING, EASED, RAISED = 0.05, 0.2, 10.0
#: Relative ridge of the amplitudes: at Nyquist's limit the two waves are the same on pixels.
RIDGE = 1e-5
#: Beside the curvature of kernels of unit energy; keeps a flat direction solvable.
FLOOR = 1e-9
#: A kernel whose variance is a smaller share of its energy is constant but for rounding.
CONSTANT = 1e-10


@dataclass(frozen=True, eq=False)
class GaborFit:
    """The Gabors nearest to N kernels, and the share `r2` [N] of their variance they explain.

    The variance is about the mean of each input channel; a kernel without any has an `r2` of 0.
    """

    gabors: Gabors
    r2: Tensor


class _State(NamedTuple):
    """Fits under way, a row each: where they are, and how the squared error changes from there."""

    geometry: Tensor
    amplitudes: Tensor
    error: Tensor
    descent: Tensor
    curvature: Tensor
    damping: Tensor


def fit_gabors(kernels: Tensor, previous: GaborFit | None = None) -> GaborFit:
    """The Gabors nearest to kernels [N, C, h, w], by least squares over all their channels.

    Starts are the strongest places of the kernel's Fourier spectrum under windows, or the
    geometry of `previous`, a fit of slightly different kernels.  Float32 on the kernels' device,
    float64 where they are.
    """
    values = kernels.detach()
    values = values if values.dtype == torch.float64 else values.float()
    size = (kernels.shape[2], kernels.shape[3])
    pixels = grid(size, values.device, values.dtype)
    values = values.flatten(2)
    energy = values.square().sum((1, 2))
    norm = torch.where(energy > 0, energy, 1).sqrt()[:, None, None]
    with _one_thread(), torch.inference_mode():
        if previous is None:
            state = _descended(values / norm, _starts(values / norm, size), size, pixels, STAGES)
        else:
            starts = previous.gabors.geometry[:, None]
            state = _descended(values / norm, starts, size, pixels, WARM_STAGES)
    gabors = upright(Gabors(state.geometry, state.amplitudes * norm, size))
    return GaborFit(gabors, _explained(values / norm, state.error))


def joined(fits: Sequence[GaborFit]) -> GaborFit:
    """Fits of several batches of kernels as those of one."""
    geometry = torch.cat([fit.gabors.geometry for fit in fits])
    amplitudes = torch.cat([fit.gabors.amplitudes for fit in fits])
    gabors = Gabors(geometry, amplitudes, fits[0].gabors.size)
    return GaborFit(gabors, torch.cat([fit.r2 for fit in fits]))


@lru_cache(maxsize=64)
def random_r2(size: tuple[int, int], channels: int, count: int, seed: int) -> Floats:
    """`r2` [count] of Gabors fitted to uniform random kernels: what chance alone reaches."""
    generator = torch.Generator().manual_seed(seed)
    kernels = torch.rand(count, channels, *size, generator=generator) * 2 - 1
    r2: Floats = fit_gabors(kernels).r2.numpy()
    r2.setflags(write=False)
    return r2


def _explained(kernels: Tensor, error: Tensor) -> Tensor:
    """The share of the variance of kernels [N, C, P] of unit energy that an error leaves."""
    variance = (kernels - kernels.mean(2, keepdim=True)).square().sum((1, 2))
    constant = variance < CONSTANT
    return torch.where(constant, 0, 1 - error / torch.where(constant, 1, variance))


def _descended(
    kernels: Tensor,
    starts: Tensor,
    size: tuple[int, int],
    pixels: Grid,
    stages: tuple[tuple[int, int], ...],
) -> _State:
    """The best of the starts [N, S, 6] of each kernel [N, C, P], after the steps of all stages."""
    count, choices, _ = starts.shape
    every = torch.arange(count, device=kernels.device)
    targets = kernels.repeat_interleave(choices, 0)
    geometry = bounded(starts.flatten(0, 1), size)
    damping = torch.full_like(geometry[:, 0], DAMPING)
    state = _evaluated(targets, geometry, pixels, damping)
    for steps, keep in stages:
        for _ in range(steps):
            state = _stepped(targets, state, size, pixels)
        if keep < choices:
            best = state.error.view(count, choices).topk(keep, 1, largest=False).indices
            rows = (best + every[:, None] * choices).flatten()
            state, targets, choices = _State(*(part[rows] for part in state)), targets[rows], keep
    return state


def _stepped(targets: Tensor, state: _State, size: tuple[int, int], pixels: Grid) -> _State:
    """Each fit one damped step on where that lowers its error; else as it was, damped more."""
    damped = state.curvature.clone()
    damped.diagonal(dim1=1, dim2=2).mul_(1 + state.damping[:, None]).add_(FLOOR)
    factor, _ = torch.linalg.cholesky_ex(damped)  # where it fails the error is NaN: not better
    step = torch.cholesky_solve(state.descent[..., None], factor)[..., 0]
    geometry = bounded(moved(state.geometry, step), size)
    new = _evaluated(targets, geometry, pixels, (state.damping * EASED).clamp_min(1e-7))
    old = state._replace(damping=(state.damping * RAISED).clamp_max(1e6))
    better = new.error < state.error
    return _State(
        *(
            torch.where(better.view(-1, *[1] * (after.ndim - 1)), after, before)
            for after, before in zip(new, old, strict=True)
        )
    )


def _evaluated(targets: Tensor, geometry: Tensor, pixels: Grid, damping: Tensor) -> _State:
    """The best amplitudes [N, 2, C] for a geometry, their error, and its slope and curvature.

    All of it comes from the products of the moments with each other and with the residual; the
    curvature is that of Gauss and Newton with the waves projected out.
    """
    count, channels, _ = targets.shape
    parts = moments(geometry, pixels)
    waves, transposed = parts[:, :2], parts.mT.contiguous()  # products with a copy are 4x faster
    products = parts @ transposed
    inverse = _inverse(products[:, :2, :2])
    amplitudes = inverse @ (waves @ targets.mT)
    residual = torch.baddbmm(targets, amplitudes.mT, waves, alpha=-1)
    shared = products[:, :2]
    projected = products - shared.mT @ (inverse @ shared)
    weights = slopes(geometry, amplitudes)
    jacobian = weights.view(count, 12 * channels, 6)
    along = (residual @ transposed).mT.reshape(count, 1, 12 * channels)
    curved = (projected @ weights.flatten(2)).view_as(jacobian)
    return _State(
        geometry,
        amplitudes,
        residual.square().sum((1, 2)),
        (along @ jacobian)[:, 0],
        jacobian.mT @ curved,
        damping,
    )


def _inverse(products: Tensor) -> Tensor:
    """The inverse of symmetric matrices [N, 2, 2] with a small ridge."""
    first, second, both = products[:, 0, 0], products[:, 1, 1], products[:, 0, 1]
    ridge = RIDGE * (first + second)
    first, second = first + ridge, second + ridge
    determinant = (first * second - both.square()).clamp_min(torch.finfo(first.dtype).tiny)
    adjugate = torch.stack([second, -both, -both, first], 1) / determinant[:, None]
    return adjugate.view(-1, 2, 2)


class _Spectrum(NamedTuple):
    """Places of windowed Fourier spectra, those of one direction and window side by side.

    `geometry` [D, 6]; `waves` [2 D, P] in orthonormal pairs, whose squared products with a kernel
    add up to the energy that they explain; `kinds`: how many places share direction and window.
    """

    geometry: Tensor
    waves: Tensor
    kinds: tuple[int, ...]


def _starts(kernels: Tensor, size: tuple[int, int]) -> Tensor:
    """Geometries [N, S, 6] that explain most of the kernels [N, C, P], each of another kind."""
    spectrum = _spectrum(size, kernels.device, kernels.dtype)
    power = (kernels @ spectrum.waves.mT).square().sum(1).unflatten(1, (-1, 2)).sum(2)
    best = [kind.max(1) for kind in power.split(spectrum.kinds, 1)]
    first = np.cumsum((0, *spectrum.kinds[:-1])).tolist()
    place = torch.stack([kind.indices + at for kind, at in zip(best, first, strict=True)], 1)
    chosen = torch.stack([kind.values for kind in best], 1).topk(STARTS, 1).indices
    return spectrum.geometry[place.gather(1, chosen)]


@lru_cache(maxsize=64)
def _spectrum(size: tuple[int, int], device: torch.device, dtype: torch.dtype) -> _Spectrum:
    kinds = [
        _places(max(size), direction * math.pi / DIRECTIONS, width, count)
        for direction, (width, count) in product(range(DIRECTIONS), WINDOWS)
    ]
    geometry = bounded(torch.tensor(sum(kinds, []), device=device, dtype=dtype), size)
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


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread here: waiting for a second costs such small batches 10 to 40x.

    The number belongs to the calling thread; others, and their matrix products, keep theirs.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
