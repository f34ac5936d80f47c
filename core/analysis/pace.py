"""How large and how often may a live dream step, if it is to hold its rate?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.ascent import OCTAVE_SCALE

#: The narrowest dream, px, and the factor from one width to the next: 1.4 times the pixels.
NARROWEST, WIDER = 96, 1.19
#: Most steps in each octave of one frame; with more, what moves leaves no trace.
MOST_STEPS = 4
#: A costlier rung is climbed only if it leaves this part of the time free, so that the size does
#: not jump to and fro.
RESERVE = 0.15


@dataclass(frozen=True)
class Pace:
    """The work for one frame: the longest side in px, the sizes to dream at, the steps in each."""

    longest: int
    octaves: int = 1
    steps: int = 1

    @property
    def cost(self) -> float:
        """Pixels that all its steps look at together, for a square frame."""
        octaves = sum(OCTAVE_SCALE ** (-2 * octave) for octave in range(self.octaves))
        return self.steps * octaves * self.longest**2


def ladder(longest: int, octaves: int) -> tuple[Pace, ...]:
    """Paces from cheapest to dearest: the size grows first, then the octaves, then the steps."""
    widths = []
    width = float(longest)
    while width >= min(NARROWEST, longest):
        widths.append(round(width))
        width /= WIDER
    return (
        *(Pace(width) for width in reversed(widths)),
        *(Pace(longest, octave) for octave in range(2, octaves + 1)),
        *(Pace(longest, octaves, steps) for steps in range(2, MOST_STEPS + 1)),
    )


def governed(rungs: Sequence[Pace], now: int, speed: float, seconds: float) -> int:
    """The rung to go on with, from rung `now`, at `speed` (cost a second) in `seconds` a frame.

    The dearest that fits; a costlier one than now must leave a reserve.
    """
    affordable = speed * seconds
    staying = max((k for k in range(now + 1) if rungs[k].cost <= affordable), default=0)
    if staying < now:
        return staying
    climbing = affordable * (1 - RESERVE)
    return max((k for k in range(now, len(rungs)) if rungs[k].cost <= climbing), default=now)
