"""A dot of one colour, to stand before a word in a table."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

#: Sides of the dot and of the picture that it is in, in px; and how much denser that is drawn.
DOT, SIDE, DENSITY = 8, 10, 3


def dot(colour: QColor, side: int = SIDE) -> QPixmap:
    """The dot in the middle of a square, the same picture each time that it is asked for."""
    return _drawn(colour.name(), side)


@lru_cache(maxsize=64)
def _drawn(colour: str, side: int) -> QPixmap:
    picture = QPixmap(side * DENSITY, side * DENSITY)
    picture.setDevicePixelRatio(DENSITY)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QRectF((side - DOT) / 2, (side - DOT) / 2, DOT, DOT))
    painter.end()
    return picture
