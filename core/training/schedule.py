"""The learning rate at each step.

Source: Smith & Topin 2018, arXiv:1708.07120; the shape is that of torch's OneCycleLR.
"""

from __future__ import annotations

from math import cos, pi

#: Where the rate is highest, as a share of all steps.
PEAK_AT = 0.3
#: How many times lower than the peak the first rate is, and the last than the first.
FIRST_DIVISOR, LAST_DIVISOR = 25.0, 1e4


def share_of_peak(schedule: str, step: int, steps: int) -> float:
    """The learning rate at `step` of `steps`, counted from 0, as a share of the highest one."""
    if schedule == "constant":
        return 1.0
    first, last = 1 / FIRST_DIVISOR, 1 / (FIRST_DIVISOR * LAST_DIVISOR)
    top, end = PEAK_AT * steps - 1, steps - 1
    if step <= top:
        return _between(first, 1.0, step / top)
    return _between(1.0, last, (step - top) / (end - top))


def _between(start: float, stop: float, share: float) -> float:
    """Half a cosine wave from `start` to `stop`."""
    return stop + (start - stop) / 2 * (1 + cos(pi * share))
