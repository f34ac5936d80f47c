"""Where the layers of a network stand when it is drawn as a graph, from left to right.

Layered drawing after Sugiyama, Tagawa & Toda 1981, doi:10.1109/TSMC.1981.4308636: `ranks` gives
every layer its column and every long connection a lane, `order` puts those of a column one below
the other with few crossings, `straight` keeps chains and lanes level, `rows` folds a long network
as a text is folded, and `routes` leads the connections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.network.layout.order import ordered
from core.network.layout.ranks import ranked
from core.network.layout.routes import routes
from core.network.layout.rows import stacked
from core.network.layout.sizes import Point, Sizes

__all__ = ["Layout", "Point", "Sizes", "layout"]

#: Many lanes beside each other are together about so wide, in px, and so far apart at least.
LANES, LEAST_LANE = 100.0, 4.0

_SIZES = Sizes()


@dataclass(frozen=True)
class Layout:
    """A drawing of a network, in px from its top left corner.

    `places` are the top left corners of the boxes; `routes` the points of each connection, by
    source and reader, from the right side of one box to the left side of the other; `columns`
    the most boxes in one row.
    """

    places: Mapping[str, Point]
    routes: Mapping[tuple[str, str], tuple[Point, ...]]
    width: float
    height: float
    columns: int


def layout(
    reads: Mapping[str, Sequence[str]],
    sizes: Sizes = _SIZES,
    *,
    view: tuple[float, float] | None = None,
    columns: int = 0,
    whole: bool = False,
) -> Layout:
    """The drawing of a network whose layers, in the order they run, read others before them.

    For a `view` of this width and height in px a row has at most as many boxes as let the whole
    network be read, or at least a row of it; `columns`, if they do about as well.  `whole`: as
    many as show the whole network largest.  Without a view a row has at most `columns`, or all.
    The same network gives the same drawing.
    """
    found = ranked(reads, sizes, view, columns, whole)
    sizes = replace(sizes, lane=min(sizes.lane, max(LEAST_LANE, LANES / max(1, found.widest))))
    places, turns = stacked(found, ordered(found), sizes)
    boxes = {
        found.names[vertex]: (x, y - sizes.height / 2)
        for vertex, (x, y) in places.items()
        if found.is_box(vertex)
    }
    lines = {
        (found.names[source], found.names[reader]): line
        for (source, reader), line in routes(found, places, turns, sizes).items()
    }
    return _framed(boxes, lines, sizes, found.columns)


def _framed(
    boxes: Mapping[str, Point],
    lines: Mapping[tuple[str, str], tuple[Point, ...]],
    sizes: Sizes,
    columns: int,
) -> Layout:
    """The drawing with its top left corner at the origin."""
    ends = [(x + sizes.width, y + sizes.height) for x, y in boxes.values()]
    corners = [*boxes.values(), *ends, *(point for line in lines.values() for point in line)]
    left, top = (min((point[axis] for point in corners), default=0.0) for axis in (0, 1))
    right, bottom = (max((point[axis] for point in corners), default=0.0) for axis in (0, 1))
    return Layout(
        {name: (x - left, y - top) for name, (x, y) in boxes.items()},
        {ends: tuple((x - left, y - top) for x, y in line) for ends, line in lines.items()},
        right - left,
        bottom - top,
        columns,
    )
