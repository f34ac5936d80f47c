"""Along which points does each connection run?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.network.layout.ranks import Columns
from core.network.layout.sizes import Point, Sizes


@dataclass(frozen=True)
class Turns:
    """The lines that go from the end of one row to the beginning of the next.

    `lanes` from top to bottom, the levels at which they leave and enter, the right end of the
    row's boxes and its bottom.
    """

    lanes: tuple[int, ...]
    leave: Mapping[int, float]
    end: float
    bottom: float
    enter: Mapping[int, float] = field(default_factory=dict)

    def entered(self, levels: Mapping[int, float]) -> Turns:
        """With the levels of the next row."""
        return replace(self, enter=levels)

    def points(self, lane: int, sizes: Sizes) -> Iterator[Point]:
        """Right, down, back, down, and right: nested, so that lines do not cross."""
        number = self.lanes.index(lane)
        outer = (len(self.lanes) - 1 - number) * sizes.lane
        right = self.end + sizes.across + outer
        left = -sizes.across - number * sizes.lane
        low = self.bottom + sizes.margin + outer
        yield self.end + sizes.across - sizes.corner, self.leave[lane]
        yield right, self.leave[lane]
        yield right, low
        yield left, low
        yield left, self.enter[lane]
        yield sizes.corner - sizes.across, self.enter[lane]


def routes(
    found: Columns, places: Mapping[int, Point], turns: Sequence[Turns], sizes: Sizes
) -> dict[tuple[int, int], tuple[Point, ...]]:
    """The points of each connection, by source and reader; straight parts have none inside."""
    turn_of = {lane: turn for turn in turns for lane in turn.lanes}
    lines: dict[tuple[int, int], tuple[Point, ...]] = {}
    lane_of: dict[int, tuple[int, list[Point]]] = {}
    for ends, path in sorted(found.paths.items(), key=lambda item: len(item[1])):
        x, y = places[ends[0]]
        passed, line = lane_of.get(ends[0], (1, [(x + sizes.width, y)]))
        for lane in path[passed:-1]:  # the nearer readers share the lane as far as they go
            for point in _through(lane, places, turn_of, sizes):
                _extend(line, point)
        lane_of[ends[0]] = len(path) - 1, line
        whole = list(line)
        _extend(whole, places[ends[1]])
        lines[ends] = tuple(whole)
    return lines


def _through(
    lane: int, places: Mapping[int, Point], turn_of: Mapping[int, Turns], sizes: Sizes
) -> Iterator[Point]:
    """The points at which a line enters and leaves a column, or where it turns."""
    if lane in turn_of:
        yield from turn_of[lane].points(lane, sizes)
    else:
        x, y = places[lane]
        yield x, y
        yield x + sizes.width, y


def _extend(line: list[Point], point: Point) -> None:
    """Add a point; a run that goes on level has none inside."""
    if len(line) > 1 and line[-2][1] == line[-1][1] == point[1]:
        (start, _), (middle, _) = line[-2:]
        if (middle - start) * (point[0] - middle) > 0:
            line.pop()
    line.append(point)
