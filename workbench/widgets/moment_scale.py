"""Where the steps of a training lie on the scale on which its moments are about evenly spaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF

from core.results import Floats, Series
from core.training.timeline import EVEN_UP_TO


@dataclass(frozen=True)
class MomentScale:
    """Steps from `first` to `last`, from `left` on over `width`, in px; a single one is at the end.

    Linear at first, then logarithmic, as a timeline keeps its moments.
    """

    first: int
    last: int
    left: float
    width: float

    def x_of(self, step: int) -> float:
        """Where one step lies."""
        return float(self.places([step])[0])

    def places(self, steps: Sequence[int] | Floats) -> Floats:
        """Where steps [n] lie; those beyond the ends lie at them."""
        low, high = _scaled([self.first, self.last])
        if high == low:
            return np.full(len(steps), self.left + self.width, np.float32)
        shares: Floats = np.clip((_scaled(steps) - low) / (high - low), 0, 1)
        return self.left + shares * np.float32(self.width)

    def curve(self, line: Series, top: float, bottom: float, highest: float) -> list[QPointF]:
        """A curve of values from 0 at `bottom` to `highest` at `top`, in px.

        At most one point a column: its last one there.
        """
        known = np.isfinite(line.y)
        across, values = self.places(line.x[known])[::-1], line.y[known][::-1]
        _, last = np.unique(across.round(), return_index=True)
        down = bottom - np.clip(values[last] / highest, 0, 1) * (bottom - top)
        return [QPointF(x, y) for x, y in zip(across[last].tolist(), down.tolist(), strict=True)]

    def round_steps(self) -> Iterator[int]:
        """The first step, and then 1, 2 and 5 times the powers of ten from 10 on."""
        yield self.first
        power = 10
        while power <= self.last:
            yield from (k * power for k in (1, 2, 5) if self.first < k * power <= self.last)
            power *= 10


def _scaled(steps: Sequence[int] | Floats) -> Floats:
    scaled: Floats = np.log1p(np.asarray(steps, np.float32) / EVEN_UP_TO)
    return scaled
