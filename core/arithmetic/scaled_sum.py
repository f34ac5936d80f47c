"""The sum of a window, scaled and shifted: subsampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Part, listed, short, told


@dataclass(frozen=True, eq=False)
class ScaledSum(Arithmetic):
    """The sum of a window [1, h, w], times a learned number, plus another."""

    window: Floats
    inside: Bools
    scale: float
    shift: float

    @property
    def sum(self) -> float:
        """The sum of the window."""
        return float(self.window.sum(dtype=np.float64))

    @property
    def result(self) -> float:
        """Sum * scale + shift."""
        return self.sum * self.scale + self.shift

    def formula(self, limit: int = LIMIT) -> str:
        """As in "(1 + 2 + 3 + 4) × 0.25 + 0.1 = 2.6"."""
        seen = self.window[np.broadcast_to(self.inside, self.window.shape)]
        scaled = f"({listed(seen, ' + ', limit)}) × {short(self.scale)}"
        return f"{scaled} + {short(self.shift)} = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The window."""
        return (Part("Window", self.window, self.inside),)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The sum, the scale, the shift, the result."""
        numbers = {
            "Sum": self.sum, "Scale": self.scale, "Shift": self.shift, "Result": self.result,
        }  # fmt: skip
        return told(numbers)
