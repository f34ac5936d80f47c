"""How many values lie where between two ends."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Floats, Ints
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import CENTRE, LEFT, RIGHT, crisp, sentence, text_width, write
from workbench.widgets.number_text import short

#: Height of the line of words above and below the bars, in px.
LINE = 18
#: The marker of the selected value, in px.
MARKER = 5


class HistogramView(QWidget):
    """Bars of counts; those beyond a line are in the data colour, the others are quiet."""

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._counts = np.zeros(0, np.int64)
        self._ends = (0.0, 1.0)
        self._caption = ""
        self._line: float | None = None
        self._line_caption = ""
        self._selected: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Histogram")
        look().changed.connect(self.update)

    @property
    def counts(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """How many values each bar stands for."""
        return self._counts

    def show_values(
        self,
        values: Floats | None,
        *,
        ends: tuple[float, float] = (0.0, 1.0),
        bars: int = 20,
        caption: str = "",
        line: float | None = None,
        line_caption: str = "",
    ) -> None:
        """Count values [N] in `bars` steps from end to end; those beyond go to the outer bars.

        `line`: a value that counts as the border, and what it is.
        """
        known = np.zeros(0) if values is None else values[np.isfinite(values)]
        within = np.clip(known, *ends)
        counts = np.histogram(within, bars, ends)[0] if known.size else np.zeros(0, np.int64)
        self._line, self._line_caption = line, line_caption
        self.show_counts(counts, ends=ends, caption=caption)

    def show_counts(
        self, counts: Ints, *, ends: tuple[float, float] = (0.0, 1.0), caption: str = ""
    ) -> None:
        """Draw counts [N] of equal steps from end to end; none: there is nothing to show."""
        self._counts = counts
        self._ends, self._caption = ends, caption
        self.setAccessibleName(f"Histogram of {counts.sum()} values: {caption}")
        self.update()

    def select(self, value: float | None) -> None:
        """Mark one value."""
        self._selected = value
        self.update()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(260, 110)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(80, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars, the line, the marker, the words."""
        with crisp(self) as painter:
            if not self._counts.size:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            above = LINE if self._line_caption else MARKER
            area = QRectF(0, above, self.width(), self.height() - above - LINE - 3)
            self._draw_bars(painter, area)
            self._draw_line(painter, area)
            self._draw_marker(painter, area)
            self._draw_words(painter)

    def _draw_bars(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        most, width = int(self._counts.max()), area.width() / len(self._counts)
        step = (self._ends[1] - self._ends[0]) / len(self._counts)
        for number, count in enumerate(self._counts.tolist()):
            # a bar of few is still seen beside one of many
            height = max(2.0, area.height() * count / most) if count else 1.0
            middle = self._ends[0] + (number + 0.5) * step
            beyond = self._line is None or middle > self._line
            part = "line" if not count else "data" if beyond else "disabled"
            painter.setBrush(theme().colour(part))
            left = area.left() + number * width
            # at most 2 px apart; many bars stand closer, or they would be lines
            bar = QRectF(left, area.bottom() - height, max(1.0, width - min(2, width / 4)), height)
            painter.drawRoundedRect(bar, min(2.0, height / 2), min(2.0, height / 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_line(self, painter: QPainter, area: QRectF) -> None:
        if self._line is None:
            return
        x = self._place(self._line, area)
        painter.setPen(QPen(theme().colour("secondary"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        width = text_width(self._line_caption, SMALL) + 4
        left = min(max(x - width / 2, 0), max(area.width() - width, 0))
        words = QRectF(left, 0, min(width, area.width()), LINE - 2)
        write(painter, words, self._line_caption, part="secondary", size=SMALL, align=CENTRE)

    def _draw_marker(self, painter: QPainter, area: QRectF) -> None:
        if self._selected is None or not np.isfinite(self._selected):
            return
        x = self._place(self._selected, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent"))
        top = area.bottom() + 1
        tip = [
            QPointF(x, top),
            QPointF(x - MARKER, top + MARKER),
            QPointF(x + MARKER, top + MARKER),
        ]
        painter.drawPolygon(QPolygonF(tip))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_words(self, painter: QPainter) -> None:
        row = QRectF(0, self.height() - LINE + 4, self.width(), LINE - 4)
        low, high = (short(end) for end in self._ends)
        write(painter, row, low, part="secondary", size=SMALL, align=LEFT)
        write(painter, row, high, part="secondary", size=SMALL, align=RIGHT)
        middle = row.adjusted(text_width(low, SMALL) + 6, 0, -text_width(high, SMALL) - 6, 0)
        write(painter, middle, self._caption, part="secondary", size=SMALL, align=CENTRE)

    def _place(self, value: float, area: QRectF) -> float:
        low, high = self._ends
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return area.left() + share * area.width()
