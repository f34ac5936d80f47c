"""Where the vertices stand once rows are put one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from core.network.layout.ranks import Columns
from core.network.layout.routes import Turns
from core.network.layout.sizes import Point, Sizes
from core.network.layout.straight import levels


def stacked(
    found: Columns, columns: Sequence[Sequence[int]], sizes: Sizes
) -> tuple[dict[int, Point], list[Turns]]:
    """The middle of each vertex's left side, and the turns between rows."""
    places: dict[int, Point] = {}
    turns: list[Turns] = []
    bottom = 0.0
    for first, last in found.rows:
        row = columns[first : last + 1]
        level = _lowered(levels(row, found, sizes), bottom, found, sizes)
        enters, leaves = first in found.turns, last in found.turns
        if enters:
            turns[-1] = turns[-1].entered(level)
        boxes = row[enters : len(row) - leaves]
        for step, column in enumerate(boxes):
            x = step * (sizes.width + sizes.across)
            places |= {vertex: (x, level[vertex]) for vertex in column}
        bottom = max((y + found.height(v, sizes) / 2 for v, y in level.items()), default=0.0)
        if leaves:
            end = len(boxes) * (sizes.width + sizes.across) - sizes.across
            turns.append(Turns(tuple(row[-1]), level, end, bottom))
            bottom += 2 * sizes.margin + (len(row[-1]) - 1) * sizes.lane
    return places, turns


def _lowered(level: dict[int, float], top: float, found: Columns, sizes: Sizes) -> dict[int, float]:
    """The levels with the uppermost vertex at `top`."""
    highest = min((y - found.height(v, sizes) / 2 for v, y in level.items()), default=0.0)
    return {vertex: top + y - highest for vertex, y in level.items()}
