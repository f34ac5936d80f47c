"""A few curves over steps on a logarithmic axis, drawn so cheaply that training feels nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Floats, Ints
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import LEFT, RIGHT, crisp, sentence, text_width, write
from workbench.widgets.hues import hue
from workbench.widgets.number_text import short

#: Room for the names above, the steps below and the values at the left, in px.
ABOVE, BELOW, BESIDE = 18, 16, 44
#: Room for the value of a line of the grid, in px.
LINE = 16
#: What a dot and the room between two names take, in px.
DOT, SPACE = 12, 12


class LogPlot(QWidget):
    """Curves of positive numbers; what is zero or no number leaves a gap."""

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._steps: Ints = np.zeros(0, np.int64)
        self._lines: dict[str, Floats] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Curves")
        look().changed.connect(self.update)

    @property
    def lines(self) -> Mapping[str, Floats]:
        """What is shown, by name."""
        return self._lines

    def show_lines(self, steps: Ints, lines: Mapping[str, Floats]) -> None:
        """Show curves [n] over steps [n], by name."""
        self._steps, self._lines = steps, dict(lines)
        last = (f"{name} {short(float(line[-1]), 2)}" for name, line in lines.items() if len(line))
        self.setAccessibleDescription(", ".join(last))
        self.update()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(260, 130)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(90, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the grid, the curves, the names."""
        with crisp(self) as painter:
            ends = self._ends()
            if ends is None:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            area = QRectF(self.rect()).adjusted(BESIDE, ABOVE, -2, -BELOW)
            self._draw_grid(painter, area, ends)
            self._draw_names(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, line in enumerate(self._lines.values()):
                painter.setPen(QPen(hue(number), 1.5))
                for run in self._runs(area, line, ends):
                    painter.drawPolyline(run)

    def _ends(self) -> tuple[int, int] | None:
        """The powers of ten that all numbers lie between; None without any."""
        parts = list(self._lines.values())
        known = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        known = known[np.isfinite(known) & (known > 0)]
        if not known.size:
            return None
        low, high = floor(np.log10(known.min())), ceil(np.log10(known.max()))
        return low, max(high, low + 1)

    def _draw_grid(self, painter: QPainter, area: QRectF, ends: tuple[int, int]) -> None:
        low, high = ends
        every = max(1, ceil((high - low) * LINE / max(area.height(), 1)))
        for power in range(low, high + 1, every):
            y = area.bottom() - (power - low) / (high - low) * area.height()
            painter.setPen(QPen(theme().colour("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            place = QRectF(0, y - LINE / 2, BESIDE - 6, LINE)
            write(painter, place, _power(power), part="secondary", size=SMALL, align=RIGHT)
        row = QRectF(area.left(), area.bottom() + 2, area.width(), BELOW - 2)
        first, last = (f"{step:,}" for step in (self._steps[0], self._steps[-1]))
        write(painter, row, f"step {first}", part="secondary", size=SMALL, align=LEFT)
        write(painter, row, last, part="secondary", size=SMALL, align=RIGHT)

    def _draw_names(self, painter: QPainter) -> None:
        left = float(BESIDE)
        for number, name in enumerate(self._lines):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue(number))
            painter.drawEllipse(QPointF(left + 4, ABOVE / 2 - 1), 3.5, 3.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            room = QRectF(left + DOT, 0, max(0.0, self.width() - left - DOT), ABOVE - 2)
            write(painter, room, name, part="secondary", size=SMALL)
            left += DOT + text_width(name, SMALL) + SPACE

    def _runs(self, area: QRectF, line: Floats, ends: tuple[int, int]) -> list[QPolygonF]:
        """The stretches of a curve without gaps."""
        low, high = ends
        span = max(1, int(self._steps[-1] - self._steps[0]))
        x = area.left() + (self._steps - self._steps[0]) / span * area.width()
        known = np.isfinite(line) & (line > 0)
        y = (
            area.bottom()
            - (np.log10(np.where(known, line, 1)) - low) / (high - low) * area.height()
        )
        gaps = np.flatnonzero(np.diff(known)) + 1
        runs = zip(np.split(x, gaps), np.split(y, gaps), np.split(known, gaps), strict=True)
        return [
            QPolygonF([QPointF(*point) for point in zip(xs.tolist(), ys.tolist(), strict=True)])
            for xs, ys, is_known in runs
            if is_known[0]
        ]


def _power(power: int) -> str:
    """A power of ten, in full where that is short."""
    return short(10.0**power) if -3 <= power <= 3 else f"1e{power}".replace("-", "−")
