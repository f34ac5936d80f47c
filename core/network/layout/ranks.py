"""In which column, and which row, does each layer stand, and through which does a line pass?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

from core.network.layout.sizes import Sizes

#: Down to this scale a whole network can be read, and a row of one that is larger.
READABLE, ROW_SCALE = 0.72, 0.85
#: A row ends where the fewest lines pass, in its last part of this share.
LATE = 0.4
#: No network is folded into more rows.
MOST_ROWS = 40


@dataclass
class Columns:
    """The vertices of the drawing by column: boxes, and lanes of the lines that pass.

    A vertex is a number; `names` are the layers of the boxes and, for a lane, of its source.
    All readers of a layer share one lane.  `before` and `after` are the neighbours in the next
    columns.  `turns` are columns of lanes alone, in which a row ends and the next begins, and
    `turning` those lanes; `rows` are the first and the last column of each row.
    """

    names: list[str] = field(default_factory=list)
    boxes: int = 0
    columns: int = 0
    ranks: list[list[int]] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    after: list[list[int]] = field(default_factory=list)
    turns: frozenset[int] = frozenset()
    turning: frozenset[int] = frozenset()
    rows: tuple[tuple[int, int], ...] = ()
    #: The vertices from the source to the reader of each connection.
    paths: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    @property
    def widest(self) -> int:
        """The most lanes in one column."""
        lanes = (sum(vertex >= self.boxes for vertex in column) for column in self.ranks)
        return max(lanes, default=0)

    def is_box(self, vertex: int) -> bool:
        """Whether it is a layer; otherwise it is a lane."""
        return vertex < self.boxes

    def is_end(self, vertex: int) -> bool:
        """Whether it is a layer, or stands where a row begins or ends."""
        return vertex < self.boxes or vertex in self.turning

    def height(self, vertex: int, sizes: Sizes) -> float:
        """How much room a vertex takes in its column."""
        return sizes.height if self.is_box(vertex) else 0.0

    def add(self, name: str, rank: int) -> int:
        """Another vertex in a column."""
        self.names.append(name)
        self.before.append([])
        self.after.append([])
        self.ranks[rank].append(len(self.names) - 1)
        return len(self.names) - 1

    def link(self, first: int, second: int) -> None:
        """Join vertices of neighbouring columns, once."""
        if second not in self.after[first]:
            self.after[first].append(second)
            self.before[second].append(first)


def ranked(
    reads: Mapping[str, Sequence[str]],
    sizes: Sizes,
    view: tuple[float, float] | None,
    columns: int,
    whole: bool,
) -> Columns:
    """Boxes in columns by their longest way from the input, and lanes for what passes them."""
    ranks = _longest_ways(reads)
    stacks, live = _stacks(reads, ranks)
    if view is not None:
        scales = _scales(stacks, live, sizes, view, columns)
        columns = _largest(scales) if whole else _columns(scales, sizes, view, columns)
    breaks = _breaks(live, columns or len(stacks))
    shifted = {name: rank + bisect_left(breaks, rank) for name, rank in ranks.items()}
    turns = [end + 1 + number for number, end in enumerate(breaks)]
    return _with_lanes(reads, shifted, turns, columns or len(stacks))


def _longest_ways(reads: Mapping[str, Sequence[str]]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for name, sources in reads.items():
        ranks[name] = max((ranks[source] + 1 for source in sources if source in ranks), default=0)
    return ranks


def _reach(reads: Mapping[str, Sequence[str]], ranks: Mapping[str, int]) -> dict[str, int]:
    """The column of each layer's last reader."""
    reach = dict(ranks)
    for name, sources in reads.items():
        for source in sources:
            if source in ranks:
                reach[source] = max(reach[source], ranks[name])
    return reach


def _stacks(
    reads: Mapping[str, Sequence[str]], ranks: Mapping[str, int]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Boxes and lanes of each column, and how many sources are read beyond it."""
    count = max(ranks.values(), default=-1) + 1
    boxes, lanes, live = [0] * count, [0] * count, [0] * count
    for name, reach in _reach(reads, ranks).items():
        boxes[ranks[name]] += 1
        for column in range(ranks[name], reach):
            live[column] += 1
            lanes[column] += column > ranks[name]
    return list(zip(boxes, lanes, strict=True)), live


def _breaks(live: Sequence[int], columns: int) -> list[int]:
    """The columns after which a row ends: where few lines pass, late in the row."""
    breaks: list[int] = []
    start, last = 0, len(live) - 1
    while last - start + 1 > columns:
        earliest = start + max(0, columns - 1 - int(LATE * columns))
        ends = range(start + columns - 1, earliest - 1, -1)
        breaks.append(min(ends, key=lambda end: live[end]))
        start = breaks[-1] + 1
    return breaks


def _scales(
    stacks: Sequence[tuple[int, int]],
    live: Sequence[int],
    sizes: Sizes,
    view: tuple[float, float],
    wanted: int,
) -> dict[int, float]:
    """How large the whole network can be shown, by the boxes of a row: first in fewest rows."""
    counts = (ceil(len(stacks) / rows) for rows in range(1, MOST_ROWS + 1))
    found = dict.fromkeys(count for count in (*counts, wanted) if count)
    return {count: _scale(stacks, live, count, sizes, view) for count in found}


def _largest(scales: Mapping[int, float]) -> int:
    """As many boxes a row as show the whole network largest."""
    return max(scales, key=scales.__getitem__, default=1)


def _columns(
    scales: Mapping[int, float], sizes: Sizes, view: tuple[float, float], wanted: int
) -> int:
    """As many boxes a row as are read in the fewest rows; else as many as are read in one row."""
    whole = [count for count, scale in scales.items() if scale >= READABLE]
    if whole:
        return wanted if wanted in whole else whole[0]
    across = int((view[0] / ROW_SCALE - sizes.across) / (sizes.width + sizes.across))
    best = max(1, min(across, max(scales, default=1)))
    return wanted if abs(wanted - best) <= 1 and wanted else best


def _scale(
    stacks: Sequence[tuple[int, int]],
    live: Sequence[int],
    columns: int,
    sizes: Sizes,
    view: tuple[float, float],
) -> float:
    """About how large the network can be shown as a whole."""
    ends = [-1, *_breaks(live, columns), len(stacks) - 1]
    height = sum(2 * sizes.margin + live[end] * sizes.lane for end in ends[1:-1])
    for before, end in pairwise(ends):
        height += max(
            (
                boxes * (sizes.height + sizes.down) - sizes.down + lanes * sizes.lane
                for boxes, lanes in stacks[before + 1 : end + 1]
            ),
            default=0.0,
        )
    longest = max((end - before for before, end in pairwise(ends)), default=0)
    width = longest * (sizes.width + sizes.across) - sizes.across
    width += 2 * sizes.across * (len(ends) > 2)
    return min(view[0] / max(width, 1.0), view[1] / max(height, 1.0))


def _with_lanes(
    reads: Mapping[str, Sequence[str]],
    ranks: Mapping[str, int],
    turns: Sequence[int],
    columns: int,
) -> Columns:
    made = Columns(boxes=len(reads), columns=columns, turns=frozenset(turns))
    count = max(ranks.values(), default=-1) + 1
    made.ranks = [[] for _ in range(count)]
    made.rows = tuple(pairwise([0, *turns, count - 1])) if count else ()
    vertices = {name: made.add(name, rank) for name, rank in ranks.items()}
    lanes = {vertices[name]: [vertices[name]] for name in ranks}
    for name, reach in _reach(reads, ranks).items():
        lanes[vertices[name]] += _lane(made, name, ranks[name], reach)
    for name, sources in reads.items():
        for source in (vertices[read] for read in dict.fromkeys(sources) if read in vertices):
            length = ranks[name] - ranks[made.names[source]]
            path = (*lanes[source][:length], vertices[name])
            made.paths[source, vertices[name]] = path
            for first, second in pairwise(path):
                made.link(first, second)
    made.turning = frozenset(lane for turn in turns for lane in made.ranks[turn])
    return made


def _lane(made: Columns, name: str, rank: int, reach: int) -> Iterator[int]:
    """A vertex in each column between a layer and its last reader."""
    for column in range(rank + 1, reach):
        yield made.add(name, column)
