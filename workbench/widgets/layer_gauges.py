"""The layers of a network, a row each, with numbers that change while it trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Floats
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import RIGHT, SEMIBOLD, crisp, sentence, text_width, write
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import briefest, percent, short

#: Heights of the head and of a row, and the room between columns, in px.
HEAD, ROW, SPACE = 20, 22, 12
#: The share of the width for the names, and the least and most they get, in px.
NAMES, NARROWEST, WIDEST = 0.18, 56, 150
#: Room for a value, and what else a cell must have for its course to be drawn, in px.
VALUE, LEAST_COURSE = 46, 18
#: Points of a course are at least so far apart, in px: more are not seen, and take time.
APART = 1.5
#: Height of the bar of a share, in px.
BAR = 6


@dataclass(frozen=True)
class Column:
    """A number of each layer: `logarithmic` with its course over time, else a share as a bar.

    A share beyond `limit` is drawn as a danger.
    """

    name: str
    help: str
    logarithmic: bool = True
    limit: float = 1.0


@dataclass(frozen=True, eq=False)
class Gauge:
    """A number now, and its course [n] up to now."""

    value: float
    course: Floats


@dataclass(frozen=True, eq=False)
class GaugeRow:
    """A layer with those of its numbers that it has, by the column's name."""

    layer: str
    gauges: Mapping[str, Gauge]


class LayerGauges(QWidget):
    """Rows of layers under columns; a click, or up and down, selects one."""

    #: The layer that was pressed or walked to.
    chosen = Signal(str)
    #: The layer and the column under the pointer, both empty for none.
    hovered = Signal(str, str)

    def __init__(
        self, columns: Sequence[Column], parent: QWidget | None = None, *, empty: str = ""
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._empty = empty
        self._rows: tuple[GaugeRow, ...] = ()
        self._ranges: dict[str, tuple[float, float]] = {}
        self._selected = ""
        self._hover: tuple[str, str] = ("", "")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Layers")
        look().changed.connect(self.update)

    @property
    def rows(self) -> tuple[GaugeRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def selected(self) -> str:
        """The layer with the accent."""
        return self._selected

    def show_rows(self, rows: Sequence[GaugeRow]) -> None:
        """Show other numbers; those of one column are drawn on one scale."""
        if len(rows) != len(self._rows):
            self._rows = tuple(rows)
            self.updateGeometry()
        self._rows = tuple(rows)
        self._ranges = {column.name: self._range(column.name) for column in self._columns}
        self.setAccessibleDescription("; ".join(self.told(row) for row in self._rows))
        self.update()

    def select(self, layer: str) -> None:
        """Mark a layer."""
        if layer != self._selected:
            self._selected = layer
            self.update()

    def told(self, row: GaugeRow) -> str:
        """A row in words: "conv1: gradient 0.51, weights 2.1"."""
        columns = {column.name: column for column in self._columns}
        figures = (f"{name} {_text(columns[name], one)}" for name, one in row.gauges.items())
        return f"{row.layer}: " + ", ".join(figures)

    def row_rect(self, layer: str) -> QRectF:
        """Where a layer's row lies, in px."""
        place = [row.layer for row in self._rows].index(layer)
        return QRectF(0, HEAD + place * ROW, self.width(), ROW)

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(420, HEAD + ROW * max(3, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        """As high as the rows, and as narrow as names and values allow."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the captions and the rows."""
        with crisp(self) as painter:
            if not self._rows:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            for column, cell in zip(self._columns, self._cells(0, HEAD), strict=True):
                write(painter, cell, column.name, part="secondary", size=SMALL, align=RIGHT)
            for row in self._rows:
                if self.row_rect(row.layer).intersects(event.rect()):
                    self._draw_row(painter, row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(("", ""))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the layer of the row."""
        layer, _ = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and layer:
            self._choose(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk over the layers."""
        step, names = arrow_step(event), [row.layer for row in self._rows]
        if step is None or not step[0] or not names:
            super().keyPressEvent(event)
            return
        at = names.index(self._selected) + step[0] if self._selected in names else 0
        if 0 <= at < len(names):
            self._choose(names[at])

    def _choose(self, layer: str) -> None:
        self.select(layer)
        self.chosen.emit(layer)

    def _set_hover(self, place: tuple[str, str]) -> None:
        if place == self._hover:
            return
        self._hover = place
        helps = {column.name: column.help for column in self._columns}
        self.setToolTip(helps.get(place[1], ""))
        self.hovered.emit(*place)
        self.update()

    def _at(self, point: QPointF) -> tuple[str, str]:
        place = int((point.y() - HEAD) // ROW)
        layer = self._rows[place].layer if 0 <= place < len(self._rows) else ""
        cells = zip(self._columns, self._cells(point.y(), 1), strict=True)
        found = [column.name for column, cell in cells if cell.left() <= point.x() <= cell.right()]
        return layer, found[0] if found else ""

    def _cells(self, top: float, height: float) -> list[QRectF]:
        """The cells of a row, without the name."""
        names = min(max(NAMES * self.width(), NARROWEST), WIDEST)
        width = (self.width() - names - 4) / len(self._columns)
        return [
            QRectF(names + place * width + SPACE, top, width - SPACE, height)
            for place in range(len(self._columns))
        ]

    def _draw_row(self, painter: QPainter, row: GaugeRow) -> None:
        line = self.row_rect(row.layer)
        selected, hovered = row.layer == self._selected, row.layer == self._hover[0]
        if selected or hovered:
            _fill(painter, line, "accent_soft" if selected else "hover")
        cells = self._cells(line.top(), ROW)
        name = QRectF(6, line.top(), cells[0].left() - 6 - SPACE / 2, ROW)
        weight = SEMIBOLD if selected else QFont.Weight.Normal
        write(painter, name, row.layer, part="accent" if selected else "text", weight=weight)
        for column, cell in zip(self._columns, cells, strict=True):
            if column.name in row.gauges:
                self._draw_gauge(painter, cell, column, row.gauges[column.name])

    def _draw_gauge(self, painter: QPainter, cell: QRectF, column: Column, gauge: Gauge) -> None:
        danger = not np.isfinite(gauge.value) or gauge.value > column.limit
        part = "danger" if danger and not column.logarithmic else "text"
        text = _text(column, gauge)
        if column.logarithmic and text_width(text, SMALL) > cell.width():
            text = briefest(gauge.value)
        write(painter, cell, text, part=part, size=SMALL, align=RIGHT)
        room = cell.adjusted(0, 4, -VALUE - 4, -4)
        if room.width() < LEAST_COURSE:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if column.logarithmic:
            self._draw_course(painter, room, gauge.course, self._ranges[column.name])
        else:
            _draw_share(painter, room, gauge.value, "danger" if danger else "data")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_course(
        self, painter: QPainter, room: QRectF, course: Floats, ends: tuple[float, float]
    ) -> None:
        count = min(len(course), max(2, int(room.width() / APART)))
        shown = course[np.linspace(0, len(course) - 1, count).round().astype(np.intp)]
        known = np.isfinite(shown) & (shown > 0)
        heights = np.log10(np.where(known, shown, 1)) - ends[0]
        heights = np.clip(heights / max(ends[1] - ends[0], 1e-6), 0, 1) * room.height()
        across = np.linspace(room.left(), room.right(), max(2, count))[:count]
        places = zip(across[known].tolist(), (room.bottom() - heights[known]).tolist(), strict=True)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setPen(QPen(theme().colour("data"), 1))
        painter.drawPolyline(QPolygonF([QPointF(*place) for place in places]))

    def _range(self, name: str) -> tuple[float, float]:
        """The logarithms of the least and the greatest number of a column."""
        courses = [row.gauges[name].course for row in self._rows if name in row.gauges]
        known = np.concatenate(courses) if courses else np.zeros(0, np.float32)
        known = known[np.isfinite(known) & (known > 0)]
        if not known.size:
            return 0.0, 1.0
        return float(np.log10(known.min())), float(np.log10(known.max()))


def _text(column: Column, gauge: Gauge) -> str:
    return short(gauge.value, 2) if column.logarithmic else percent(gauge.value)


def _fill(
    painter: QPainter,
    rect: QRectF,
    part: Literal["accent_soft", "hover", "track", "data", "danger"],
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour(part))
    painter.drawRoundedRect(rect, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_share(
    painter: QPainter, room: QRectF, share: float, part: Literal["data", "danger"]
) -> None:
    track = QRectF(room.left(), room.center().y() - BAR / 2, room.width(), BAR)
    _fill(painter, track, "track")
    if share > 0:
        filled = QRectF(track)
        filled.setWidth(max(3.0, min(share, 1.0) * track.width()))
        _fill(painter, filled, part)
