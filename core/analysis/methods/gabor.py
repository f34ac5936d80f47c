"""How alike are learned kernels and the Gabor functions of simple cells in the visual cortex?"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.declare import analysis
from core.analysis.gabor_fit import GaborFit, fit_gabors, joined, random_r2
from core.analysis.methods.filters import RGB, as_colours
from core.errors import UserError
from core.jobs import Progress
from core.network.subject import Subject
from core.options import option
from core.results import Floats, GaborFits

#: Kernels fitted between two yields, and batches as large of random ones in the baseline.
BATCH, BASELINE_BATCHES = 64, 4
#: Kernels up to this side hardly have more numbers than a Gabor has: it fits random ones as well.
TOO_SMALL = 3
#: From here on a fit looks like its kernel.
GOOD = 0.7


@dataclass(frozen=True)
class GaborParams:
    """What is fitted of kernels with more inputs than colours."""

    inputs: str = option(
        "strongest",
        label="Of many inputs",
        choices={
            "strongest": "Strongest pattern",
            "mean": "Mean of all",
            "one": "One input channel",
        },
        help="Strongest: the one pattern that, weighted for each input, comes nearest to all",
    )
    channel: int = option(
        0, 0, 65535, label="Input channel", help="The one that is fitted, where it is only one"
    )


@analysis("Gabor fits", source="lectures 000 and 003; Jones & Palmer 1987, J. Neurophysiol. 58")
def gabor(
    subject: Subject, layer: str, seed: int = 0, params: GaborParams = GaborParams()
) -> Generator[Progress, None, GaborFits]:
    """The Gabors nearest to a convolution's kernels, best first, against random kernels.

    Of a layer that changes its maps one by one, such as a pooling, the convolution above is meant.

    RGB kernels have one geometry for all three colours; of more inputs one map is fitted, as
    `params` say.  The fits come before their baseline, which is kept for kernels of the same
    size.  Raises UserError if the layer has no kernels, or they have no extent, or weights that
    are not finite.
    """
    layer = subject.kernel_layer(layer)
    weights = _weights(subject, layer)
    total = -(-len(weights) // BATCH) + BASELINE_BATCHES
    maps: list[Tensor] = []
    fits: list[GaborFit] = []
    baseline: list[Floats] = []
    for batch in torch.split(weights, BATCH):
        yield Progress(len(fits), total, label="Fitting Gabors to the kernels")
        maps.append(_maps(batch, layer, params))
        fits.append(fit_gabors(maps[-1]))
    kernels, fit = torch.cat(maps), joined(fits)
    what = _what(weights.shape[1], params)
    partial = _result(layer, what, kernels, fit, baseline)
    for part in range(BASELINE_BATCHES):
        yield Progress(len(fits) + part, total, partial, "Fitting Gabors to random kernels")
        _, channels, height, width = kernels.shape
        baseline.append(random_r2((height, width), channels, BATCH, seed * BASELINE_BATCHES + part))
    return _result(layer, what, kernels, fit, baseline)


def _weights(subject: Subject, layer: str) -> Tensor:
    """A copy of the kernels [N, C, h, w], as the network may learn on between two yields."""
    kernels = subject.kernels(layer).float().clone()
    height, width = kernels.shape[2:]
    if min(height, width) == 1:
        larger = [name for name in subject.convolutions() if _side(subject, name) > TOO_SMALL]
        raise UserError(
            f"The kernels of {layer} are {height} x {width} px, too small to hold a Gabor; choose "
            + (f"{larger[0]}." if larger else "a layer with larger ones.")
        )
    broken = int((~kernels.isfinite()).flatten(1).any(1).sum())
    if broken:
        raise UserError(
            f"{broken} of {len(kernels)} kernels of {layer} hold weights that are not finite; "
            "go back to a step before the training diverged."
        )
    return kernels


def _side(subject: Subject, layer: str) -> int:
    return min(subject.kernels(layer).shape[2:])


def _maps(kernels: Tensor, layer: str, params: GaborParams) -> Tensor:
    """What is fitted of kernels [N, C, h, w]: grey [N, 1, h, w] or colours [N, 3, h, w]."""
    channels = kernels.shape[1]
    if channels in (1, RGB):
        return kernels
    if params.inputs == "mean":
        return kernels.mean(1, keepdim=True)
    if params.inputs == "strongest":
        return _strongest(kernels)
    if params.channel >= channels:
        raise UserError(
            f"A kernel of {layer} has {channels} input channels, 0 to {channels - 1}; there is "
            f"no input channel {params.channel}."
        )
    return kernels[:, params.channel, None]


def _strongest(kernels: Tensor) -> Tensor:
    """The pattern [N, 1, h, w] of each kernel's best approximation by one pattern for all inputs.

    It has the approximation's energy, and the sign with which the inputs weigh it on the whole.
    """
    flat = kernels.flatten(2)
    energy, patterns = torch.linalg.eigh(flat.mT @ flat)
    strongest = patterns[:, :, -1:] * energy[:, None, -1:].clamp_min(0).sqrt()
    sign = torch.where((flat @ strongest).sum(1, keepdim=True) < 0, -1, 1)
    pattern: Tensor = (strongest * sign).view(-1, 1, *kernels.shape[2:])
    return pattern


def _what(channels: int, params: GaborParams) -> str:
    """A sentence that says what is fitted of kernels with this many inputs, if not all of them."""
    if channels in (1, RGB):
        return ""
    part = {
        "strongest": f"the strongest pattern over the {channels} inputs",
        "mean": f"the mean over the {channels} inputs",
        "one": f"input channel {params.channel} of {channels}",
    }
    return f" Fitted is {part[params.inputs]} of each."


def _result(
    layer: str, what: str, kernels: Tensor, fit: GaborFit, random: Sequence[Floats]
) -> GaborFits:
    """The fits in order, beside as much of the baseline as there is."""
    order = fit.r2.argsort(descending=True, stable=True).cpu()
    drawn = fit.gabors.drawn()
    largest = kernels.abs().amax((1, 2, 3))
    baseline = np.concatenate([np.zeros(0, np.float32), *random])
    r2 = _column(fit.r2, order)
    tellable = baseline.size > 0 and min(kernels.shape[2:]) > TOO_SMALL
    gabor_like = r2 > np.percentile(baseline, 99) if tellable else np.zeros(len(r2), np.bool_)
    return GaborFits(
        kernels=_shown(kernels, largest, order),
        fits=_shown(drawn, largest, order),
        residuals=_shown(kernels - drawn, largest, order),
        largest=_column(largest, order),
        unit=order.numpy(),
        r2=r2,
        orientation_deg=_column(fit.gabors.orientation_deg, order),
        wavelength_px=_column(fit.gabors.wavelength_px, order),
        phase_deg=_column(fit.gabors.phase_deg, order),
        bandwidth_octaves=_column(fit.gabors.bandwidth_octaves, order),
        aspect=_column(fit.gabors.aspect, order),
        centre_px=_column(fit.gabors.centre_px, order),
        gabor_like=gabor_like,
        baseline_r2=baseline,
        meaning=_meaning(kernels, r2, gabor_like, baseline) + what,
        layer=layer,
    )


def _meaning(kernels: Tensor, r2: Floats, gabor_like: NDArray[np.bool_], baseline: Floats) -> str:
    """What the fits say, in a sentence."""
    count, channels, height, width = kernels.shape
    if min(height, width) <= TOO_SMALL:
        return (
            f"Whether {height} x {width} kernels are Gabor-like has no answer: they have "
            f"{channels * height * width} numbers, and a Gabor {6 + 2 * channels} parameters. "
            "Choose a layer with larger kernels."
        )
    if not baseline.size:
        return "Random kernels are being fitted, to compare with."
    return (
        f"{gabor_like.sum()} of {count} kernels are fitted better than 99 % of {baseline.size} "
        f"random ones are (R² above {np.percentile(baseline, 99):.2f}), {(r2 > GOOD).sum()} with "
        f"R² above {GOOD}."
    )


def _column(values: Tensor, order: Tensor) -> Floats:
    return np.ascontiguousarray(values.cpu()[order].numpy(), np.float32)


def _shown(maps: Tensor, largest: Tensor, order: Tensor) -> Floats:
    """Maps [N, C, h, w] in the form in which `GaborFits` holds them."""
    weights, reach = _column(maps, order), _column(largest, order)
    if weights.shape[1] == RGB:
        return as_colours(weights, reach)
    return np.divide(weights[:, 0], np.where(reach > 0, reach, 1)[:, None, None], dtype=np.float32)
