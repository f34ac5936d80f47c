"""The spine: the network as a stack of layer cards, always there, and the first of the builders.

Drawn by one widget, as a network may have hundreds of layers: only what is seen is painted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip, QWidget

from workbench import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from core.network.layer_table import LayerRow

#: Heights of a card with a thumbnail and of a line without, the gap between, in px.
CARD, LINE, GAP = 64, 26, 4
#: Room at the left in which skip connections run, and the side of a thumbnail, in px.
GUTTER, THUMBNAIL = 10, 48
#: Where in the gutter skip connections run, and how far they take to turn into it, in px.
LANE, TURN = 3, 14
#: Half the height of the place between two cards where the + appears, and its radius, in px.
REACH, PLUS = 5, 8

#: Kinds that transform features and so get a card; the others are lines.
_CARDS = frozenset({"Conv2d", "Linear", "Dense", "ConvTranspose2d", "Conv1d", "Conv3d"})

#: From where to where, in px from the top of the column.
Span = tuple[float, float]


@dataclass(frozen=True)
class _Place:
    row: LayerRow
    top: int
    height: int


class Spine(QAbstractScrollArea):
    """The layers of a network; a click selects one.

    Where the network may be edited: + between two cards inserts a layer, a drag moves one, Delete
    takes the selected one out.
    """

    selected = Signal(str)
    #: The place before which a layer is wanted, and where on the screen that was asked.
    insert_wanted = Signal(int, QPoint)
    remove_wanted = Signal(str)
    #: A layer, and its place among the others.
    move_wanted = Signal(str, int)
    #: The layer whose menu is wanted, and where.
    menu_wanted = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Layers of the network")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(LINE)
        self._places: tuple[_Place, ...] = ()
        self._layer = ""
        self._hovered = ""
        self._thumbnails: Mapping[str, QImage] = {}
        self._editable = False
        self._skips: list[Span] = []
        self._gutter = 0
        self._gap: int | None = None
        self._pressed: tuple[str, float] | None = None
        self._dragged = ""
        theme.look().changed.connect(self.viewport().update)

    def set_table(self, rows: Sequence[LayerRow]) -> None:
        """Show a network's layers."""
        before, places, top = (self._places, self._skips), list[_Place](), 0
        for row in rows:
            height = CARD if row.kind in _CARDS or row.is_misfit else LINE
            places.append(_Place(row, top, height))
            top += height + GAP
        self._places = tuple(places)
        self._skips = self._found_skips()
        self._gutter = GUTTER if self._skips else 0
        names = set(self.names)
        self._thumbnails = {k: v for k, v in self._thumbnails.items() if k in names}
        self._set_range()
        self._update_changed(*before)

    def set_editable(self, editable: bool) -> None:
        """Whether layers may be inserted, moved and taken out."""
        if editable != self._editable:
            self._editable = editable
            self._set_range()
            self.viewport().update()

    @property
    def names(self) -> tuple[str, ...]:
        """The layers in the order they run."""
        return tuple(place.row.name for place in self._places)

    @property
    def layer(self) -> str:
        """The selected layer."""
        return self._layer

    def set_layer(self, layer: str) -> None:
        """Show which layer is selected, and bring it into view."""
        if layer != self._layer:
            self._layer = layer
            self.viewport().update()
        place = self._place(layer)
        if place is not None:
            bar = self.verticalScrollBar()
            bar.setValue(
                min(
                    place.top, max(bar.value(), place.top + place.height - self.viewport().height())
                )
            )

    def set_thumbnails(self, pictures: Mapping[str, QImage]) -> None:
        """Show what the layers do with the present input."""
        is_alike = pictures.keys() == self._thumbnails.keys()
        self._thumbnails = pictures
        if is_alike:  # what stands beside them stays as it is
            down = -self.verticalScrollBar().value()
            tall = [place for place in self._places if place.row.name in pictures]
            spots = [_spot(self._area(place)).toAlignedRect().translated(0, down) for place in tall]
            self.viewport().update(_region(spots))
        else:
            self.viewport().update()

    @property
    def cards_seen(self) -> tuple[str, ...]:
        """The layers whose thumbnails are in sight."""
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        return tuple(
            place.row.name
            for place in self._places
            if place.height == CARD
            and place.top < bottom
            and place.top + CARD > top
            and place.row.shape is not None
        )

    def walk(self, step: int) -> None:
        """Select the layer `step` further down."""
        names = self.names
        if names:
            here = names.index(self._layer) if self._layer in names else 0
            self.selected.emit(names[max(0, min(len(names) - 1, here + step))])

    # Events

    def resizeEvent(self, event: Any) -> None:
        """Keep the scroll range."""
        super().resizeEvent(event)
        self._set_range()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self.walk(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._editable:
            self.remove_wanted.emit(self._layer)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Insert) and self._editable:
            index = self.names.index(self._layer) + 1 if self._layer in self.names else 0
            self._ask_insert(index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the layer under the pointer, or insert one between two."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        gap = self._gap_at(event.position())
        place = self._at(event.position().y())
        if gap is not None:
            self._ask_insert(gap)
        elif place is not None:
            self._pressed = (place.row.name, event.position().y())
            self.selected.emit(place.row.name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what is under the pointer, or show where a dragged layer would go."""
        y = event.position().y()
        if self._pressed is not None and self._editable:
            if abs(y - self._pressed[1]) > QApplication.startDragDistance():
                self._dragged = self._pressed[0]
            if self._dragged:
                self._set_gap(self._nearest_gap(y))
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                return
        self._set_gap(self._gap_at(event.position()))
        place = self._at(y)
        self._hover(place.row.name if place and self._gap is None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop a dragged layer."""
        dragged, gap = self._dragged, self._gap
        self._pressed, self._dragged = None, ""
        self.unsetCursor()
        if dragged and gap is not None:
            here = self.names.index(dragged)
            index = gap - (gap > here)
            self._set_gap(None)
            if index != here:
                self.move_wanted.emit(dragged, index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a layer."""
        place = self._at(event.pos().y())
        if place is not None and self._editable:
            self.selected.emit(place.row.name)
            self.menu_wanted.emit(place.row.name, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell a layer's settings in a tooltip, and forget the hover on leaving."""
        if isinstance(event, QHelpEvent):
            place = self._at(event.pos().y())
            QToolTip.showText(event.globalPos(), _tip(place.row) if place else "", self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover("")
            self._set_gap(None)
        return bool(super().viewportEvent(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cards that are seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        top = event.rect().top() + self.verticalScrollBar().value()
        bottom = top + event.rect().height()
        stale = event.region().translated(0, self.verticalScrollBar().value())
        for place in self._between(top, bottom):
            if stale.intersects(self._area(place).toAlignedRect()):
                self._paint_card(painter, place, stale)
        self._paint_skips(painter, top, bottom)
        if self._editable:
            self._paint_end(painter)
            self._paint_gap(painter)
        painter.end()

    # Inside

    def _update_changed(self, places: tuple[_Place, ...], skips: list[Span]) -> None:
        """Paint the cards anew that say something else; all where some stand elsewhere."""
        ends = [(place.top, place.height) for place in self._places]
        if ends != [(place.top, place.height) for place in places] or skips != self._skips:
            self.viewport().update()
            return
        down = -self.verticalScrollBar().value()
        for old, new in zip(places, self._places, strict=True):
            if old.row is not new.row and old.row != new.row:
                self.viewport().update(self._area(new).toAlignedRect().translated(0, down))

    def _between(self, top: int, bottom: int) -> Iterator[_Place]:
        """The cards that reach into a part of the column."""
        first = bisect_left(self._places, top, key=lambda place: place.top + place.height)
        return takewhile(lambda place: place.top <= bottom, islice(self._places, first, None))

    def _area(self, place: _Place) -> QRectF:
        return QRectF(self._gutter + 0.5, place.top + 0.5, self._width - 1, place.height - 1)

    def _paint_card(self, painter: QPainter, place: _Place, stale: QRegion) -> None:
        colours, row, area = theme.theme(), place.row, self._area(place)
        chosen = row.name == self._layer
        fill = (
            colours.danger_soft if row.is_misfit
            else colours.accent_soft if chosen
            else colours.hover if row.name == self._hovered
            else colours.raised if place.height == CARD
            else colours.surface
        )  # fmt: skip
        edge = colours.danger if row.is_misfit else colours.accent if chosen else fill
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(area, 7, 7)
        if place.height == CARD:
            self._paint_tall(painter, row, area, stale)
        else:
            self._paint_line(painter, row, area)

    def _paint_tall(self, painter: QPainter, row: LayerRow, area: QRectF, stale: QRegion) -> None:
        left = area.left() + 8
        picture = self._thumbnails.get(row.name)
        if picture is not None and not row.problem:
            spot = _spot(area)
            clip = QPainterPath()
            clip.addRoundedRect(spot, 4, 4)
            painter.save()
            painter.setClipPath(clip)
            painter.drawImage(spot, picture)
            painter.restore()
            left = spot.right() + 10
        width = area.right() - left - 8
        if not stale.intersects(QRectF(left, area.top(), width, area.height()).toAlignedRect()):
            return
        lines = [row.name, _shape(row), _count(row)]
        if row.is_misfit:
            lines = [row.name, "does not fit", row.problem]
        for number, text in enumerate(lines):
            self._text(painter, QRectF(left, area.top() + 6 + 17 * number, width, 17), text, number)

    def _paint_line(self, painter: QPainter, row: LayerRow, area: QRectF) -> None:
        inner = area.adjusted(8, 0, -8, 0)
        self._text(painter, inner, row.name, 1)
        metrics, shape = painter.fontMetrics(), _shape(row)
        taken = metrics.horizontalAdvance(row.name) + 12
        if taken + metrics.horizontalAdvance(shape) <= inner.width():
            self._text(painter, inner, shape, 2, Qt.AlignmentFlag.AlignRight)

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        rank: int,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        weight = QFont.Weight.DemiBold if rank == 0 else QFont.Weight.Normal
        painter.setFont(theme.font(theme.TEXT if rank == 0 else theme.SMALL, weight))
        painter.setPen(theme.theme().colour("text" if rank == 0 else "secondary"))
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(area.width())
        )
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_skips(self, painter: QPainter, top: int, bottom: int) -> None:
        """Lines in the gutter from a layer to one further down that reads it too."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.theme().colour("disabled"), 1))
        near = [(start, end) for start, end in self._skips if start <= bottom and end >= top]
        path = QPainterPath()
        for start in {start for start, _ in near if start >= top - TURN}:
            path.moveTo(self._gutter, start)
            path.cubicTo(1, start + 6, 1, start + 6, LANE, start + TURN)
        for end in {end for _, end in near if end <= bottom + TURN}:
            path.moveTo(LANE, end - TURN)
            path.cubicTo(1, end - 6, 1, end - 6, self._gutter, end)
        down = ((max(start + TURN, top), min(end - TURN, bottom)) for start, end in near)
        for begin, end in _merged(down):  # of a dense block hundreds run side by side
            path.moveTo(LANE, begin)
            path.lineTo(LANE, end)
        painter.drawPath(path)

    def _found_skips(self) -> list[Span]:
        """From the middle of which card to that of which one reads another than that before it."""
        middles = {place.row.name: place.top + place.height / 2 for place in self._places}
        return [
            (middles[read], middles[place.row.name])
            for before, place in pairwise(self._places)
            for read in place.row.reads
            if read in middles and read != before.row.name
        ]

    def _paint_end(self, painter: QPainter) -> None:
        """The line under the last card that adds a layer."""
        area = QRectF(self._gutter, self._bottom(), self._width, LINE)
        painter.setPen(QPen(theme.theme().colour("secondary"), 1))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), "+  Add a layer")

    def _paint_gap(self, painter: QPainter) -> None:
        """The + between two cards, or the line where a dragged layer would go."""
        if self._gap is None or (self._gap == len(self._places) and not self._dragged):
            return
        y = self._gap_y(self._gap)
        width = self.viewport().width()
        painter.setPen(QPen(theme.theme().colour("accent"), 2))
        painter.drawLine(QPointF(self._gutter, y), QPointF(width - 6, y))
        if not self._dragged:
            middle = QPointF(self._gutter + (width - self._gutter - 6) / 2, y)
            painter.setBrush(theme.theme().colour("accent"))
            painter.drawEllipse(middle, PLUS, PLUS)
            painter.setPen(QPen(theme.theme().colour("on_accent"), 1.5))
            for arm in (QPointF(4, 0), QPointF(0, 4)):
                painter.drawLine(middle - arm, middle + arm)

    def _gap_y(self, index: int) -> float:
        if index < len(self._places):
            return max(1.0, self._places[index].top - GAP / 2)
        return self._bottom() - GAP / 2

    def _gap_at(self, point: QPointF) -> int | None:
        """The place between two cards under the pointer, where a layer may be inserted."""
        if not self._editable:
            return None
        y = point.y() + self.verticalScrollBar().value()
        if y >= self._bottom():
            return len(self._places) if y < self._bottom() + LINE else None
        nearest = self._nearest_gap(point.y())
        return nearest if abs(self._gap_y(nearest) - y) <= REACH else None

    def _nearest_gap(self, y: float) -> int:
        y += self.verticalScrollBar().value()
        return min(range(len(self._places) + 1), key=lambda index: abs(self._gap_y(index) - y))

    def _set_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def _ask_insert(self, index: int) -> None:
        y = int(self._gap_y(index)) - self.verticalScrollBar().value()
        self.insert_wanted.emit(index, self.viewport().mapToGlobal(QPoint(self.width() // 2, y)))

    def _bottom(self) -> int:
        last = self._places[-1] if self._places else None
        return last.top + last.height + GAP if last else 0

    @property
    def _width(self) -> int:
        """How wide a card is."""
        return self.viewport().width() - self._gutter - 6

    def _set_range(self) -> None:
        total = self._bottom() + (LINE if self._editable else 0)
        self.verticalScrollBar().setRange(0, max(0, total - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())

    def _place(self, layer: str) -> _Place | None:
        return next((place for place in self._places if place.row.name == layer), None)

    def _at(self, y: float) -> _Place | None:
        y += self.verticalScrollBar().value()
        return next((p for p in self._places if p.top <= y < p.top + p.height), None)

    def _hover(self, name: str) -> None:
        if name != self._hovered:
            self._hovered = name
            self.viewport().update()

    def card_rect(self, layer: str) -> QRect:
        """Where a layer's card is on the viewport, in px; empty if there is none."""
        place = self._place(layer)
        if place is None:
            return QRect()
        top = place.top - self.verticalScrollBar().value()
        return QRect(self._gutter, top, self.viewport().width() - self._gutter, place.height)


def _spot(area: QRectF) -> QRectF:
    """Where the thumbnail of a card is."""
    return QRectF(area.left() + 8, area.top() + 7.5, THUMBNAIL, THUMBNAIL)


def _region(rects: Sequence[QRect]) -> QRegion:
    region = QRegion()
    for rect in rects:
        region += rect
    return region


def _shape(row: LayerRow) -> str:
    return " × ".join(str(n) for n in row.shape) if row.shape else "waits"


def _count(row: LayerRow) -> str:
    return f"{short(row.parameters)} parameters" if row.parameters else row.summary


def short(number: float) -> str:
    """A count in three figures: 23.3 k, 138 M."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:g}"


def _tip(row: LayerRow) -> str:
    parts = [row.kind, row.summary, _shape(row), f"{row.parameters:,} parameters"]
    return row.problem or " · ".join(part for part in parts if part)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same stretches, each part of them once."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found
