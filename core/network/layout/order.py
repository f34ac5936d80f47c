"""In which order do the boxes and lanes of a column stand, so that few lines cross?

The barycentre rule of Sugiyama, Tagawa & Toda 1981, doi:10.1109/TSMC.1981.4308636, section III.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise

from core.network.layout.ranks import Columns

#: Sweeps to the right and back; more hardly ever find a better order.
SWEEPS = 6
#: Sweeps without a better order after which it is given up.
PATIENCE = 2


def ordered(found: Columns) -> list[list[int]]:
    """The columns from top to bottom, in the order with the fewest crossings that was found."""
    columns = [list(column) for column in found.ranks]
    best, fewest, found_at = columns, -1, 0
    for number in range(SWEEPS):
        rightward = number % 2 == 0
        columns = _swept(columns, found.before if rightward else found.after, rightward)
        count = crossings(columns, found.after)
        if fewest < 0 or count < fewest:
            best, fewest, found_at = columns, count, number
        if fewest == 0 or number - found_at >= PATIENCE:
            break
    return best


def crossings(columns: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> int:
    """How many lines between neighbouring columns cross."""
    count = 0
    for left, right in pairwise(columns):
        place = {vertex: number for number, vertex in enumerate(right)}
        ends: list[int] = []
        for vertex in left:
            reached = sorted(place[reader] for reader in after[vertex])
            count += sum(len(ends) - bisect_right(ends, end) for end in reached)
            for end in reached:
                insort(ends, end)
    return count


def _swept(
    columns: Sequence[list[int]], neighbours: Sequence[Sequence[int]], rightward: bool
) -> list[list[int]]:
    """Every column sorted by the mean place of its neighbours in the column before."""
    swept: list[list[int]] = []
    place: dict[int, int] = {}
    for column in columns if rightward else reversed(columns):
        means = {
            vertex: sum(place[near] for near in neighbours[vertex]) / len(neighbours[vertex])
            if neighbours[vertex]
            else float(number)
            for number, vertex in enumerate(column)
        }
        swept.append(sorted(column, key=means.__getitem__))
        place = {vertex: number for number, vertex in enumerate(swept[-1])}
    return swept if rightward else swept[::-1]
