"""Axes with few, round values and nothing else."""

from __future__ import annotations

from math import ceil, floor, log10

import pyqtgraph as pg

from workbench.widgets.number_text import short

#: Room that a value needs along a horizontal and along a vertical axis, in px.
ACROSS, DOWN = 56, 21


#: The distance of the values of each level, and the values.
Levels = list[tuple[float, list[float]]]


class PlotAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis whose every line has its value, at 1, 2 or 5 times a power of ten."""

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """One level of ticks, as many as there is room for."""
        room = DOWN if self.orientation in ("left", "right") else ACROSS
        most = max(2, int(size / room))
        if self.logMode:
            return [(1.0, log_ticks(minVal, maxVal, most))]
        return [(1.0, ticks(minVal, maxVal, most))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Round numbers in full."""
        if self.logMode:
            return [short(10**value) for value in values]
        return [short(value * scale, 6) for value in values]


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most about `most` values between two, at steps of 1, 2 or 5 times a power of ten."""
    if not high > low:
        return []
    exact = (high - low) / most
    power = 10.0 ** floor(log10(exact))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= exact * (1 - 1e-9))
    return [number * step for number in range(ceil(low / step), floor(high / step) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Logarithms (base ten) of 1, 2, 5 times powers of ten between two logarithms.

    Of the powers alone if there were more than `most`, of every second or third if need be.
    """
    decades = range(floor(low), ceil(high) + 1)
    fine = [decade + log10(factor) for decade in decades for factor in (1, 2, 5)]
    inside = [value for value in fine if low <= value <= high]
    if len(inside) <= most:
        return inside
    every = max(1, ceil((high - low) / most))
    return [float(decade) for decade in decades if decade % every == 0 and low <= decade <= high]
