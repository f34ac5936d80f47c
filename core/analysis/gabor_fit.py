"""Which Gabor function is nearest to each of many kernels?

Batched Levenberg-Marquardt over the geometry, all kernels and all starts at once.  The amplitudes
are linear, so that each step solves for them (variable projection: Golub & Pereyra 1973, SIAM
J. Numer. Anal. 10, 413, with the Jacobian of Kaufman 1975, BIT 15, 49).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from core.analysis.gabor_model import Gabors, Grid, bounded, grid, moments, moved, slopes, upright
from core.analysis.gabor_starts import strongest_places
from core.results import Floats

#: Starts of each kernel; then how many steps they take, and how many of the best go on after them.
STARTS = 12
STAGES = ((1, 4), (2, 2), (3, 1), (7, 1))
#: Steps from the fit of slightly different kernels.
WARM_STAGES = ((8, 1),)

#: Damping at first, and its factors after a better and a worse step; tuned on AlexNet's kernels
#: and on random ones.
DAMPING, EASED, RAISED = 0.1, 0.2, 10.0
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
    values = (values if values.dtype == torch.float64 else values.float()).flatten(2)
    size = (kernels.shape[2], kernels.shape[3])
    energy = values.square().sum((1, 2))
    norm = torch.where(energy > 0, energy, 1).sqrt()[:, None, None]
    scaled = values / norm
    with _one_thread(), torch.inference_mode():
        if previous is None:
            state = _descended(scaled, strongest_places(scaled, size, STARTS), size, STAGES)
        else:
            state = _descended(scaled, previous.gabors.geometry[:, None], size, WARM_STAGES)
    gabors = upright(Gabors(state.geometry, state.amplitudes * norm, size))
    return GaborFit(gabors, _explained(scaled, state.error))


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
    kernels: Tensor, starts: Tensor, size: tuple[int, int], stages: tuple[tuple[int, int], ...]
) -> _State:
    """The best of the starts [N, S, 6] of each kernel [N, C, P], after the steps of all stages."""
    count, choices, _ = starts.shape
    pixels = grid(size, kernels.device, kernels.dtype)
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


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread here: waiting for a second costs such small batches 10 to 40x.

    The number belongs to the calling thread; others that run already keep theirs, and so do their
    matrix products.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
