"""The learning rate at each step.

Sources: Smith & Topin 2018, arXiv:1708.07120 (one cycle; the shape is that of torch's OneCycleLR);
Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5 (cosine); Goyal et al. 2017, arXiv:1706.02677,
section 2.2 (warm-up).
"""

from __future__ import annotations

from math import cos, pi

from core.training.settings import TrainParams

#: Where the rate of one cycle is highest, as a share of all steps.
PEAK_AT = 0.3
#: How many times lower than the peak the first rate is, and the last than the first.
FIRST_DIVISOR, LAST_DIVISOR = 25.0, 1e4


def share_of_peak(params: TrainParams, step: int, steps: int) -> float:
    """The learning rate at `step` of `steps`, counted from 0, as a share of the highest one.

    The warm-up leads in a straight line to where the schedule begins, which has the other steps.
    """
    warm = round(params.warmup * steps)
    if step < warm:
        return (step + 1) / (warm + 1) * _scheduled(params, 0, steps - warm)
    return _scheduled(params, step - warm, steps - warm)


def _scheduled(params: TrainParams, step: int, steps: int) -> float:
    if params.schedule == "one_cycle":
        return _one_cycle(step, steps)
    if params.schedule == "cosine":
        return _between(1.0, 0.0, step / steps)
    if params.schedule == "step":
        return params.drop ** (step * (params.drops + 1) // steps)
    return 1.0


def _one_cycle(step: int, steps: int) -> float:
    first, last = 1 / FIRST_DIVISOR, 1 / (FIRST_DIVISOR * LAST_DIVISOR)
    top, end = PEAK_AT * steps - 1, steps - 1
    if step <= top:
        return _between(first, 1.0, step / top)
    return _between(1.0, last, (step - top) / (end - top))


def _between(start: float, stop: float, share: float) -> float:
    """Half a cosine wave from `start` to `stop`."""
    return stop + (start - stop) / 2 * (1 + cos(pi * share))
