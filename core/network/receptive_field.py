"""Which part of the input a unit sees.

Source: Araujo et al. 2019, Distill, "Computing receptive fields of convolutional neural networks"
(equations 1 to 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from core.network.spec import Window

#: What fractions of a pixel may be off after many layers.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class ReceptiveField:
    """The part of the input that a unit sees, in input pixels, as long along every axis.

    Unit (row, column) sees `size` pixels beginning at `start + row * jump`.  `size` None: all.
    Above a layer that makes maps larger these are fractions, and a unit sees the whole pixels
    in between: see `span`.
    """

    size: float | None = 1
    jump: float = 1
    start: float = 0.0

    def through(self, window: Window | None) -> ReceptiveField:
        """The field of a layer with this window, above a layer with this field."""
        if window is None or self.size is None:
            return ReceptiveField(None, 0, 0.0)
        reach = (window.kernel - 1) * window.dilation
        return ReceptiveField(
            self.size + reach * self.jump,
            self.jump * window.stride,
            self.start - window.padding * self.jump,
        )

    def span(self, cell: int) -> tuple[float, float] | None:
        """First pixel and length along one axis for the cell's index; None: the whole input."""
        if self.size is None:
            return None
        start = self.start + cell * self.jump
        first, last = ceil(start - _ROUNDING), floor(start + self.size - 1 + _ROUNDING)
        return float(first), float(last - first + 1)

    def centre(self, cell: int = 0) -> float | None:
        """Where the middle of a cell's field lies along one axis; None: the whole input.

        Pixel i is at i: the middle of two pixels is at 0.5.
        """
        if self.size is None:
            return None
        return self.start + cell * self.jump + (self.size - 1) / 2


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """The smallest field that covers those of all branches."""
    if any(field.size is None for field in fields):
        return ReceptiveField(None, 0, 0.0)
    first = min(field.start for field in fields)
    last = max(field.start + (field.size or 0) for field in fields)
    return ReceptiveField(last - first, max(field.jump for field in fields), first)
