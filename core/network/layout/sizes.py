"""How large the boxes of a graph are, and how far apart."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Sizes:
    """Sizes in px: a box, the gap between columns, between boxes of a column, between lanes.

    A lane that goes back to the next row keeps `margin` from the boxes above and below it, and
    goes straight for `corner` at least before it turns.
    """

    width: float = 168.0
    height: float = 60.0
    across: float = 36.0
    down: float = 18.0
    lane: float = 10.0
    margin: float = 16.0
    corner: float = 10.0
