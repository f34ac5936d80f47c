"""Fair timing of two ways to do one thing, side by side on a machine that others share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np


class Row(NamedTuple):
    """One figure.  `ratio`: how many times better than the peer; `equal`: same result as the peer.

    For a rate beside the bare rate, `ratio` is ours over the bare one.  `peer`, `ratio` and
    `equal` are None where there is nothing to compare with.
    """

    name: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    unit: str = "ms"
    equal: bool | None = None


class Times(NamedTuple):
    """Seconds of each round, in the order of the rounds."""

    ours: list[float]
    peer: list[float]

    def ratios(self) -> list[float]:
        """How many times faster ours was, round by round."""
        return [peer / ours for ours, peer in zip(self.ours, self.peer, strict=True)]


def rounds_of(ours: Callable[[], Any], peer: Callable[[], Any], rounds: int) -> Times:
    """Time both once a round, turning the order round, after one unmeasured call of each."""
    ours()
    peer()
    times = Times([], [])
    for number in range(rounds):
        pair = [(ours, times.ours), (peer, times.peer)]
        for run, seconds in pair if number % 2 == 0 else reversed(pair):
            began = perf_counter()
            run()
            seconds.append(perf_counter() - began)
    return times


def interleaved(
    ours: Callable[[], Any], peer: Callable[[], Any], rounds: int
) -> tuple[float, float, float]:
    """Median seconds of ours and of the peer, and the median over rounds of peer / ours.

    The ratio is taken round by round, so that a neighbour's load, which both feel, cancels.
    """
    times = rounds_of(ours, peer, rounds)
    return median(times.ours), median(times.peer), median(times.ratios())


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)
