"""How high do boxes and lanes stand, so that chains are straight and branches even?

After Brandes & Köpf 2002, "Fast and simple horizontal coordinate assignment",
doi:10.1007/3-540-45848-4_3: one drawing pushed up, one pushed down, and the middle of both.  Theirs
are four, as they join vertices from the left and from the right; networks hardly differ in that.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from core.network.layout.ranks import Columns
from core.network.layout.sizes import Sizes


def levels(columns: Sequence[Sequence[int]], found: Columns, sizes: Sizes) -> dict[int, float]:
    """The height of each vertex's middle, downwards; columns keep their order and distances."""
    turned = [list(reversed(column)) for column in columns]
    up, down = (_packed(way, _strips(way, found), found, sizes) for way in (columns, turned))
    return {vertex: (up[vertex] - down[vertex]) / 2 for vertex in up}


def _strips(columns: Sequence[Sequence[int]], found: Columns) -> dict[int, list[int]]:
    """Vertices on one level, by each of them: each is joined to the middle of what it reads."""
    strips = {vertex: [vertex] for column in columns for vertex in column}
    for near, far in pairwise(columns):
        for first, second in _joints(near, far, found):
            strips[first].append(second)
            strips[second] = strips[first]
    return strips


def _joints(near: Sequence[int], far: Sequence[int], found: Columns) -> list[tuple[int, int]]:
    """Which vertices of neighbouring columns stand level; such joints never cross.

    Boxes are joined to boxes first, then lanes to lanes, then the rest.  The lane by which a row
    begins or ends counts as a box.
    """
    place = {vertex: number for number, vertex in enumerate(near)}
    ends = [sorted([place[end] for end in found.before[vertex]]) for vertex in far]
    is_box = [found.is_end(vertex) for vertex in near]
    joints: list[tuple[int, int]] = []
    joined: set[int] = set()
    for first, second in ((True, True), (False, False), (None, None)):
        for row, vertex in enumerate(far):
            if row in joined or (second is not None and found.is_end(vertex) is not second):
                continue
            wanted = [end for end in ends[row] if first is None or is_box[end] is first]
            joint = next((j for end in _medians(wanted) if _fits(joints, j := (end, row))), None)
            if joint is not None:
                insort(joints, joint)
                joined.add(row)
    return [(near[end], far[row]) for end, row in joints]


def _medians(ends: Sequence[int]) -> Iterator[int]:
    """The middle one, or the upper and then the lower of the two middle ones."""
    if ends:
        yield ends[(len(ends) - 1) // 2]
        if len(ends) % 2 == 0:
            yield ends[len(ends) // 2]


def _fits(joints: Sequence[tuple[int, int]], joint: tuple[int, int]) -> bool:
    """Whether neither end is taken and no joint is crossed."""
    spot = bisect_left(joints, joint)
    after = joints[spot] if spot < len(joints) else None
    before = joints[spot - 1] if spot else None
    return (before is None or (before[0] < joint[0] and before[1] < joint[1])) and (
        after is None or (after[0] > joint[0] and after[1] > joint[1])
    )


def _packed(
    columns: Sequence[Sequence[int]],
    strips: Mapping[int, list[int]],
    found: Columns,
    sizes: Sizes,
) -> dict[int, float]:
    """Strips as high up as those above let them, then down to what they are joined with."""
    above: dict[int, dict[int, float]] = {}
    below: dict[int, dict[int, float]] = {}
    head = {vertex: strip[0] for vertex, strip in strips.items()}
    for column in columns:
        for upper, lower in pairwise(column):
            gap = _distance(found, upper, lower, sizes)
            first, second = head[upper], head[lower]
            known = above.setdefault(second, {})
            known[first] = below.setdefault(first, {})[second] = max(gap, known.get(first, 0.0))
    sequence = _from_the_top(dict.fromkeys(head.values()), above)
    level: dict[int, float] = {}
    for strip in sequence:
        level[strip] = max((level[u] + g for u, g in above.get(strip, {}).items()), default=0.0)
    for strip in reversed(sequence):
        room = min((level[d] - g for d, g in below.get(strip, {}).items()), default=None)
        wanted = _wanted(strips[strip], head, level, found)
        if room is not None and wanted > level[strip]:
            level[strip] = min(room, wanted)
    return {vertex: level[strip] for vertex, strip in head.items()}


def _distance(found: Columns, upper: int, lower: int, sizes: Sizes) -> float:
    """How far apart the middles of neighbours in a column are at least."""
    gap = sizes.down if found.is_box(upper) and found.is_box(lower) else sizes.lane
    if found.is_box(upper) != found.is_box(lower):
        gap = sizes.down / 2 + sizes.lane / 2
    return (found.height(upper, sizes) + found.height(lower, sizes)) / 2 + gap


def _wanted(
    strip: Sequence[int], head: Mapping[int, int], level: Mapping[int, float], found: Columns
) -> float:
    """The mean level of what a strip is joined with."""
    ends = [
        level[head[near]]
        for vertex in strip
        for near in (*found.before[vertex], *found.after[vertex])
        if near in head and head[near] != head[vertex]
    ]
    return sum(ends) / len(ends) if ends else level[head[strip[0]]]


def _from_the_top(heads: Mapping[int, None], above: Mapping[int, Mapping[int, float]]) -> list[int]:
    """The strips so that each comes after all that stand above it."""
    done: dict[int, None] = {}
    for start in heads:
        waiting = [start]
        while waiting:
            strip = waiting[-1]
            missing = [upper for upper in above.get(strip, {}) if upper not in done]
            if missing:
                waiting.extend(missing)
            else:
                done.setdefault(strip)
                waiting.pop()
    return list(done)
