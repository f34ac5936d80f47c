"""Strokes and words that all widgets draw alike, on whole device pixels."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintDevice, QPainter
from PySide6.QtWidgets import QWidget

from workbench.theme import TEXT, font, theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

SEMIBOLD = QFont.Weight.DemiBold


def crisp(widget: QWidget) -> QPainter:
    """A painter on a widget whose origin lies on a whole device pixel.

    At a scale of 1.5 a widget may begin half way through a pixel; then nothing in it is sharp.
    """
    painter = QPainter(widget)
    origin = painter.deviceTransform().map(QPointF(0, 0))
    ratio = pixel_ratio(painter.device())
    across = (round(origin.x()) - origin.x()) / ratio
    down = (round(origin.y()) - origin.y()) / ratio
    painter.translate(across, down)
    return painter


def pixel_ratio(device: QPaintDevice) -> float:
    """Device pixels per px."""
    return device.devicePixelRatioF()


def outline(painter: QPainter, rect: QRectF, colour: QColor, width: float = 2) -> None:
    """A line just around a rectangle, its edges sharp at every scale."""
    ratio = pixel_ratio(painter.device())
    line = max(1, round(width * ratio)) / ratio
    outer = rect.adjusted(-line, -line, line, line)
    sides = (
        QRectF(outer.topLeft(), QPointF(outer.right(), rect.top())),
        QRectF(QPointF(outer.left(), rect.bottom()), outer.bottomRight()),
    )
    for side in sides:
        painter.fillRect(side, colour)
    painter.fillRect(QRectF(outer.left(), rect.top(), line, rect.height()), colour)
    painter.fillRect(QRectF(rect.right(), rect.top(), line, rect.height()), colour)


def selection(painter: QPainter, rect: QRectF) -> None:
    """The accent around what is selected, set off from pictures of any colour on both sides."""
    surface = theme().colour("surface")
    outline(painter, rect, surface, 4)
    outline(painter, rect.adjusted(-1, -1, 1, 1), theme().colour("accent"), 2)


def touched(painter: QPainter, rect: QRectF) -> None:
    """A thin line around what is under the pointer."""
    outline(painter, rect.adjusted(-1, -1, 1, 1), theme().colour("text"), 1)


def marker(painter: QPainter, rect: QRectF) -> None:
    """A mark around a place in a picture, seen on dark and on bright ones."""
    outline(painter, rect, QColor("white"), 1.5)
    ratio = pixel_ratio(painter.device())
    around = round(1.5 * ratio) / ratio
    outline(painter, rect.adjusted(-around, -around, around, around), QColor("black"), 1)


def write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    part: str = "text",
    size: int = TEXT,
    weight: QFont.Weight = QFont.Weight.Normal,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text in a rectangle, in the colour of a theme's part; cut with … if too long."""
    painter.setFont(_face(size, weight))
    painter.setPen(theme().colour(part))
    painter.drawText(rect, align, _fitted(text, size, weight, rect.width()))


def text_width(text: str, size: int = TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> float:
    """How wide a line of text is, in px."""
    return QFontMetricsF(_face(size, weight)).horizontalAdvance(text)


@lru_cache(maxsize=16)
def _face(size: int, weight: QFont.Weight) -> QFont:
    return font(size, weight)


@lru_cache(maxsize=512)
def _fitted(text: str, size: int, weight: QFont.Weight, width: float) -> str:
    """The text, cut with … if it is too wide: live widgets write the same words again."""
    metrics = QFontMetricsF(_face(size, weight))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def sentence(painter: QPainter, rect: QRectF, text: str) -> None:
    """A quiet sentence in the middle of an empty widget."""
    painter.setFont(font(TEXT))
    painter.setPen(theme().colour("secondary"))
    inner = rect.adjusted(16, 8, -16, -8)
    painter.drawText(inner, CENTRE | Qt.TextFlag.TextWordWrap, text)
