"""Which part of the input a unit sees.

Source: Araujo et al. 2019, Distill, "Computing receptive fields of convolutional neural networks"
(equations 1 to 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from core.network.spec import Window

#: What fractions of a pixel may be off after many layers.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class ReceptiveField:
    """The part of the input that a unit sees, in input pixels.

    The unit of row i sees the `size` rows that begin at `start + i * jump`; `size` None: all.  It
    is the same along every axis, unless `wide` says what of columns it sees.  Above a layer that
    makes maps larger these are fractions, and a unit sees the whole pixels in between: see `span`.
    """

    size: float | None = 1
    jump: float = 1
    start: float = 0.0
    wide: ReceptiveField | None = None

    @property
    def sees_all(self) -> bool:
        """Whether a unit sees the whole input."""
        return self.size is None and self.across.size is None

    @property
    def across(self) -> ReceptiveField:
        """The field along a row: of which columns it consists."""
        return self.wide or self

    def through(self, window: Window | None) -> ReceptiveField:
        """The field of a layer with this window, above a layer with this field."""
        if window is None:
            return ALL
        down = self._through(window)
        if self.wide is None and window.wide is None:
            return down
        return _joined(down, self.across._through(window.across))

    def span(self, cell: int) -> tuple[float, float] | None:
        """First pixel and length down the input for a cell's row; None: the whole input."""
        if self.size is None:
            return None
        start = self.start + cell * self.jump
        first, last = ceil(start - _ROUNDING), floor(start + self.size - 1 + _ROUNDING)
        return float(first), float(last - first + 1)

    def centre(self, cell: int = 0) -> float | None:
        """Where the middle of a cell's field lies down the input; None: the whole input.

        Pixel i is at i: the middle of two pixels is at 0.5.
        """
        if self.size is None:
            return None
        return self.start + cell * self.jump + (self.size - 1) / 2

    def _through(self, window: Window) -> ReceptiveField:
        """The same along one axis."""
        if self.size is None:
            return ALL
        reach = (window.kernel - 1) * window.dilation
        return ReceptiveField(
            self.size + reach * self.jump,
            self.jump * window.stride,
            self.start - window.padding * self.jump,
        )


#: That of a unit which sees the whole input.
ALL = ReceptiveField(None, 0, 0.0)


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """The smallest field that covers those of all branches."""
    down = _union(fields)
    if all(field.wide is None for field in fields):
        return down
    return _joined(down, _union([field.across for field in fields]))


def _union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """The same along one axis."""
    if any(field.size is None for field in fields):
        return ALL
    first = min(field.start for field in fields)
    last = max(field.start + (field.size or 0) for field in fields)
    return ReceptiveField(last - first, max(field.jump for field in fields), first)


def _joined(down: ReceptiveField, across: ReceptiveField) -> ReceptiveField:
    """A field of these rows and columns, each along one axis."""
    down, across = replace(down, wide=None), replace(across, wide=None)
    return down if down == across else replace(down, wide=across)
