"""Which colour means which value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPixmap, Qt, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Bytes
from workbench.theme import SMALL, look
from workbench.widgets.drawing import CENTRE, LEFT, RIGHT, crisp, text_width, write
from workbench.widgets.pixels import indexed

#: Height of the bar itself, and of the whole widget, in px.
BAR, HEIGHT = 6, 26


class ColourBar(QWidget):
    """A thin bar of a colour map, its end values below it, and between them what they mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lookup: Bytes | None = None
        self._bar: QPixmap | None = None
        self._low, self._high, self._caption = "", "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.update)

    def show_scale(self, lookup: Bytes, low: str, high: str, caption: str = "") -> None:
        """Show a lookup table [256, 3] whose first and last colours mean `low` and `high`."""
        if lookup is not self._lookup:
            self._lookup = lookup
            self._bar = QPixmap.fromImage(indexed(np.arange(256, dtype=np.uint8)[None], lookup))
            self.update()
        if (low, high, caption) != (self._low, self._high, self._caption):
            self._low, self._high, self._caption = low, high, caption
            self.setAccessibleName(f"Colours: {caption}, from {low} to {high}")
            self.setToolTip(caption)
            self.update()

    @property
    def ends(self) -> tuple[str, str]:
        """The texts at the two ends."""
        return self._low, self._high

    @property
    def caption(self) -> str:
        """The text between the ends."""
        return self._caption

    def sizeHint(self) -> QSize:
        """As high as it is drawn, as wide as it may."""
        return QSize(160, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The height is fixed."""
        return QSize(40, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar and its words."""
        if self._bar is None:
            return
        with crisp(self) as painter:
            self._draw_bar(painter, self._bar)
            self._draw_words(painter)

    def _draw_bar(self, painter: QPainter, bar: QPixmap) -> None:
        rect = QRectF(0, 0, self.width(), BAR)
        brush = QBrush(bar)
        brush.setTransform(QTransform.fromScale(rect.width() / bar.width(), BAR))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRoundedRect(rect, BAR / 2, BAR / 2)

    def _draw_words(self, painter: QPainter) -> None:
        row = QRectF(0, BAR + 4, self.width(), HEIGHT - BAR - 4)
        write(painter, row, self._low, part="secondary", size=SMALL, align=LEFT)
        write(painter, row, self._high, part="secondary", size=SMALL, align=RIGHT)
        margin = max(text_width(self._low, SMALL), text_width(self._high, SMALL)) + 8
        middle = row.adjusted(margin, 0, -margin, 0)
        if middle.width() > 40:
            write(painter, middle, self._caption, part="secondary", size=SMALL, align=CENTRE)
