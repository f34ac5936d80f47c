"""One connection of the graph: a line from the right side of a box to the left of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.network.layout import Point
from workbench import theme
from workbench.graph.node_item import NAMED

#: Radius of a corner and width of a line, in px; a pointer hits it within `HIT` px.
CORNER, THICK, HIT = 8.0, 1.5, 6.0

#: How far a line to a box further left goes on to the right first, in px.
BACK = 48.0

Run = tuple[Point, Point]


class EdgeState(NamedTuple):
    """How a line is marked; `problem`: what reads it does not fit."""

    lit: bool = False
    chosen: bool = False
    problem: bool = False


class EdgeItem(QGraphicsItem):
    """A line; where others of the same source run along it, one of them draws it for all."""

    def __init__(self, source: str, reader: str) -> None:
        super().__init__()
        self.source, self.reader = source, reader
        self.points: tuple[Point, ...] = ()
        self.state = EdgeState()
        self._bounds = QRectF()
        self._own = QPainterPath()
        self._whole: QPainterPath | None = None
        self._hit: QPainterPath | None = None

    def set_points(self, points: tuple[Point, ...], runs: Sequence[Run]) -> None:
        """Lead the line along other points; `runs` are the parts that it draws for itself."""
        self.prepareGeometryChange()
        self.points = points
        self._bounds = _bounds(points)
        self._own = _path(runs)
        self._whole = self._hit = None
        self.update()

    def set_state(self, state: EdgeState) -> None:
        """Mark it another way."""
        if state != self.state:
            self.state = state
            self.setZValue(0.5 if state.chosen else 0.4 if state.lit else 0.0)
            self.update()

    def boundingRect(self) -> QRectF:
        """The line with its width, as thick as it gets."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Where a pointer hits it."""
        if self._hit is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(2 * HIT)
            self._hit = stroker.createStroke(self.whole)
        return self._hit

    @property
    def whole(self) -> QPainterPath:
        """The line from end to end; most are never asked for it."""
        if self._whole is None:
            self._whole = _path(list(pairwise(self.points)))
        return self._whole

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the line; the whole of it only where it is told apart from others."""
        colours, state = theme.theme(), self.state
        marked = state.lit or state.chosen
        scale = painter.worldTransform().m11()
        colour = (
            colours.danger if state.problem
            else colours.accent if marked
            else colours.line if scale < NAMED
            else colours.disabled
        )  # fmt: skip
        thick = THICK * (2.0 if state.chosen else 1.4 if marked else 1.0)
        painter.setPen(_pen(colour, max(thick, 0.6 * thick / scale)))
        painter.drawPath(self.whole if marked or state.problem else self._own)


@lru_cache(maxsize=32)
def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width)


def own_runs(lines: Sequence[tuple[Point, ...]]) -> Iterator[list[Run]]:
    """For the lines of one source, the longest first, the parts that no line before it draws."""
    drawn: set[Run] = set()
    level: dict[Point, float] = {}
    for line in lines:
        runs = [run for run in pairwise(line) if run not in drawn and not _covered(run, level)]
        for start, end in runs:
            drawn.add((start, end))
            if start[1] == end[1]:
                level[start] = max(level.get(start, end[0]), end[0])
        yield runs


def _covered(run: Run, level: dict[Point, float]) -> bool:
    """Whether a level run lies within one that is drawn."""
    start, end = run
    return start[1] == end[1] and start[0] < end[0] <= level.get(start, start[0])


def _bounds(points: Sequence[Point]) -> QRectF:
    """What a line may cover with its width; one that goes back does so around its ends."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    reach = HIT + (0.0 if xs[0] < xs[-1] else max(BACK, (xs[0] - xs[-1]) / 2))
    across = max(xs) - min(xs) + 2 * reach
    return QRectF(min(xs) - reach, min(ys) - HIT, across, max(ys) - min(ys) + 2 * HIT)


def _path(runs: Sequence[Run]) -> QPainterPath:
    """The runs as a smooth line: corners are round, and what goes on to another level is curved."""
    path = QPainterPath()
    here: Point | None = None
    for number, (start, end) in enumerate(runs):
        if start != here:
            path.moveTo(*start)
        after = runs[number + 1] if number + 1 < len(runs) else None
        follows = after is not None and after[0] == end
        if not _is_square(start, end):
            across = end[0] - start[0]
            handle = across / 2 if across > 0 else max(BACK, -across / 2)
            first, second = (start[0] + handle, start[1]), (end[0] - handle, end[1])
            path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
        elif follows and after is not None and _is_square(*after) and _turns(start, *after):
            cut = min(CORNER, _length(start, end) / 2, _length(*after) / 2)
            path.lineTo(*_towards(end, start, cut))
            path.quadTo(QPointF(*end), QPointF(*_towards(end, after[1], cut)))
        else:
            path.lineTo(*end)
        here = end
    return path


def _is_square(start: Point, end: Point) -> bool:
    return start[0] == end[0] or start[1] == end[1]


def _turns(before: Point, corner: Point, after: Point) -> bool:
    return (before[0] == corner[0]) != (corner[0] == after[0])


def _length(start: Point, end: Point) -> float:
    return abs(end[0] - start[0]) + abs(end[1] - start[1])


def _towards(start: Point, end: Point, by: float) -> Point:
    length = _length(start, end)
    if not length:
        return start
    return (
        start[0] + (end[0] - start[0]) * by / length,
        start[1] + (end[1] - start[1]) * by / length,
    )
