"""One signal as a curve over its samples."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Floats
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import LEFT, RIGHT, crisp, sentence, text_width, write
from workbench.widgets.number_text import short

#: Room for the samples below and the values at the left, and height of a value, in px.
BELOW, BESIDE, LINE = 16, 40, 14


class SignalPlot(QWidget):
    """A curve between its lowest and its highest value; the pointer tells the one below it."""

    #: The sample under the pointer, -1 for none.
    hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._values: Floats = np.zeros(0, np.float32)
        self._hover = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Signal")
        look().changed.connect(self.update)

    @property
    def values(self) -> Floats:
        """What is shown [T]."""
        return self._values

    def show_values(self, values: Floats | None) -> None:
        """Show another signal [T]; None: there is nothing to show."""
        self._values = np.zeros(0, np.float32) if values is None else values
        if self._values.size:
            low, high = self._ends()
            self.setAccessibleDescription(f"{self._values.size:,} samples, {low} to {high}")
        self.update()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(240, 110)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(90, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ends of both axes, the curve, and the sample under the pointer."""
        with crisp(self) as painter:
            if not self._values.size:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            self._draw_ends(painter)
            painter.setPen(QPen(theme().colour("line"), 1))
            if self._hover >= 0:
                x = self._across(np.array([self._hover]))[0]
                painter.drawLine(QPointF(x, 0), QPointF(x, self._area().bottom()))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().colour("data"), 1.5))
            painter.drawPolyline(self._curve())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the sample under the pointer."""
        area, count = self._area(), self._values.size
        share = (event.position().x() - area.left()) / max(1.0, area.width())
        self._set_hover(round(share * (count - 1)) if count and 0 <= share <= 1 else -1)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(-1)

    def _set_hover(self, sample: int) -> None:
        if sample != self._hover:
            self._hover = sample
            self.hovered.emit(sample)
            self.update()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(BESIDE, 4, -2, -BELOW)

    def _ends(self) -> tuple[str, str]:
        return short(float(self._values.min())), short(float(self._values.max()))

    def _across(self, samples: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> list[float]:
        area, last = self._area(), max(1, self._values.size - 1)
        places: list[float] = (area.left() + samples / last * area.width()).tolist()
        return places

    def _curve(self) -> QPolygonF:
        """The curve; of many samples the lowest and the highest of each px."""
        area, values = self._area(), self._values
        samples = np.arange(values.size)
        columns = max(1, int(area.width()))
        if values.size > 2 * columns:
            begins = np.arange(columns) * values.size // columns
            samples = np.repeat(begins, 2)
            ends = np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)
            values = np.stack(ends, 1).ravel()
        low, high = float(self._values.min()), float(self._values.max())
        share = (values - low) / (high - low) if high > low else np.full_like(values, 0.5)
        heights = share * area.height()
        places = zip(self._across(samples), (area.bottom() - heights).tolist(), strict=True)
        return QPolygonF([QPointF(*place) for place in places])

    def _draw_ends(self, painter: QPainter) -> None:
        area, (low, high) = self._area(), self._ends()
        for text, top in ((high, area.top() - 4), (low, area.bottom() - LINE + 4)):
            place = QRectF(0, top, BESIDE - 6, LINE)
            write(painter, place, text, part="secondary", size=SMALL, align=RIGHT)
        row = QRectF(area.left(), area.bottom() + 2, area.width(), BELOW - 2)
        first, last = "sample 0", f"{self._values.size - 1:,}"
        if text_width(f"{first}  {last}", SMALL) > row.width():
            first = "0"
        write(painter, row, first, part="secondary", size=SMALL, align=LEFT)
        write(painter, row, last, part="secondary", size=SMALL, align=RIGHT)
