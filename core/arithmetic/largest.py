"""The largest of some values: max-pooling over places or over maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Part, listed, short


@dataclass(frozen=True, eq=False)
class Largest(Arithmetic):
    """The largest value of a window [n, h, w]; what hangs over the edge never is.

    `slices` name the n matrices; `sources`, where there are any, each of the values.
    """

    window: Floats
    inside: Bools
    slices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def place(self) -> int:
        """Which of the values, in their order, is kept; the first of equal ones."""
        return int(np.where(self.inside, self.window, -np.inf).argmax())

    @property
    def at(self) -> tuple[int, ...]:
        """Matrix, row and column of the value that is kept."""
        return tuple(int(step) for step in np.unravel_index(self.place, self.window.shape))

    @property
    def result(self) -> float:
        """The value that is kept."""
        return float(self.window[self.at])

    def formula(self, limit: int = LIMIT) -> str:
        """As in "max(0.1, 1, 0.2) = 1"."""
        seen = self.window[np.broadcast_to(self.inside, self.window.shape)]
        return f"max({listed(seen, ', ', limit)}) = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The window, with the value that is kept."""
        caption = "Values" if self.sources else "Window"
        return (Part(caption, self.window, self.inside, self.place),)

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of the matrices."""
        return self.slices

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The largest value, and whose it is where the values have names."""
        if self.sources:
            return (("Greatest", f"{self.sources[self.place]}: {short(self.result)}"),)
        return (("Greatest", short(self.result)),)
