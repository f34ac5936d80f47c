"""Orientations and lengths of many things, around a middle."""

from __future__ import annotations

from math import cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Floats
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import CENTRE, crisp, sentence, write
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import short
from workbench.widgets.plot_axis import ticks

#: Room around the outer ring for the angles, in px, and without them.
MARGIN, BARE_MARGIN = 22, 6
#: A widget smaller than this does without the angles, in px.
SMALLEST_WITH_ANGLES = 130
#: How near the pointer must come to a point, in px.
NEAR = 10
#: The angles that are named, in degrees.
NAMED = (0, 45, 90, 135)


class PolarView(QWidget):
    """Points at an orientation and a distance, each on both sides, as 180° is the same.

    0° is to the right, angles grow anticlockwise.  A press selects, arrow keys walk through the
    points by their angle.
    """

    #: The number of the point under the pointer, -1 for none.
    hovered = Signal(int)
    #: The number of the point that was pressed or walked to.
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._angles = np.zeros(0, np.float32)
        self._lengths = np.zeros(0, np.float32)
        self._strong: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._unit = ""
        self._outer = 1.0
        self._selected: int | None = None
        self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Orientations")
        look().changed.connect(self.update)

    @property
    def selected(self) -> int | None:
        """The number of the point in the accent."""
        return self._selected

    def show_points(
        self,
        angles: Floats | None,
        lengths: Floats | None,
        *,
        unit: str = "px",
        outer: float | None = None,
        strong: NDArray[np.bool_] | None = None,
    ) -> None:
        """Show points at `angles` [N] in degrees and `lengths` [N] in `unit`.

        `outer`: the length of the outer ring, by default the largest; longer ones stand on it.
        `strong` [N]: those in the data colour; the others are quiet.
        """
        self._angles = np.zeros(0, np.float32) if angles is None else angles
        self._lengths = np.zeros(0, np.float32) if lengths is None else lengths
        count = len(self._angles)
        self._strong = np.ones(count, np.bool_) if strong is None else strong
        self._unit = unit
        largest = float(self._lengths[np.isfinite(self._lengths)].max(initial=0))
        self._outer = outer or largest or 1.0
        self._hover = -1
        self.setAccessibleName(f"Orientations of {count}, distance in {unit}")
        self.update()

    def select(self, number: int | None) -> None:
        """Draw one point in the accent."""
        self._selected = number
        self.update()

    def place_of(self, number: int) -> QPointF:
        """Where a point is drawn, in px: on the upper side."""
        return self._places()[number]

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(80, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rings, the angles, the points."""
        with crisp(self) as painter:
            if not len(self._angles):
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_disc(painter)
            self._draw_points(painter)
            self._draw_words(painter)
            self._draw_chosen(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the point under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """No point is near any more."""
        self._set_hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the point under the pointer."""
        number = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self._choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the points in the order of their angles."""
        step = arrow_step(event)
        if step is None or not len(self._angles):
            super().keyPressEvent(event)
            return
        order = np.argsort(self._angles % 180, kind="stable").tolist()
        at = order.index(self._selected) if self._selected in order else -1
        self._choose(order[(at + (step[1] or -step[0])) % len(order)])

    def _choose(self, number: int) -> None:
        self.select(number)
        self.clicked.emit(number)

    def _set_hover(self, number: int) -> None:
        if number != self._hover:
            self._hover = number
            self.hovered.emit(number)
            self.update()

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _radius(self) -> float:
        side = min(self.width(), self.height())
        return max(8.0, side / 2 - (MARGIN if self._has_angles() else BARE_MARGIN))

    def _has_angles(self) -> bool:
        return min(self.width(), self.height()) >= SMALLEST_WITH_ANGLES

    def _places(self) -> list[QPointF]:
        middle, scale = self._middle(), self._radius() / self._outer
        places = []
        for angle, length in zip(self._angles.tolist(), self._lengths.tolist(), strict=True):
            turn, reach = radians(angle % 180), min(length, self._outer) * scale
            places.append(middle + QPointF(reach * cos(turn), -reach * sin(turn)))
        return places

    def _at(self, point: QPointF) -> int:
        nearest, least = -1, float(NEAR)
        for number, place in enumerate(self._places()):
            for side in (place, _opposite(place, self._middle())):
                away = hypot(point.x() - side.x(), point.y() - side.y())
                if away <= least:
                    nearest, least = number, away
        return nearest

    def _draw_disc(self, painter: QPainter) -> None:
        middle, radius = self._middle(), self._radius()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("raised"))
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("line"), 1))
        for ring in self._rings():
            reach = radius * ring / self._outer
            painter.drawEllipse(middle, reach, reach)
        for angle in NAMED:
            along = QPointF(radius * cos(radians(angle)), -radius * sin(radians(angle)))
            painter.drawLine(middle - along, middle + along)

    def _rings(self) -> list[float]:
        rings = ticks(0, self._outer, 3 if self._radius() >= 50 else 2)
        return [ring for ring in rings if ring > 0]

    def _draw_points(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        places, size = self._places(), self._size()
        for number in np.argsort(self._strong, kind="stable").tolist():
            painter.setBrush(theme().colour("data" if self._strong[number] else "disabled"))
            self._draw_pair(painter, places[number], size)

    def _draw_chosen(self, painter: QPainter) -> None:
        places, size = self._places(), self._size()
        for chosen, part in ((self._hover, "text"), (self._selected, "accent")):
            if chosen is not None and 0 <= chosen < len(places):
                painter.setPen(QPen(theme().colour("surface"), 2))
                painter.setBrush(theme().colour(part))
                self._draw_pair(painter, places[chosen], size + 2.5)

    def _size(self) -> float:
        return 3.0 if len(self._angles) <= 128 else 2.0

    def _draw_pair(self, painter: QPainter, place: QPointF, size: float) -> None:
        painter.drawEllipse(place, size, size)
        painter.drawEllipse(_opposite(place, self._middle()), size, size)

    def _draw_words(self, painter: QPainter) -> None:
        middle, radius = self._middle(), self._radius()
        for angle in NAMED if self._has_angles() else ():
            reach = radius + 12
            at = middle + QPointF(reach * cos(radians(angle)), -reach * sin(radians(angle)))
            words = QRectF(at.x() - 16, at.y() - 8, 32, 16)
            write(painter, words, f"{angle}°", part="secondary", size=SMALL, align=CENTRE)
        for ring in self._rings():
            self._draw_ring_name(painter, ring)

    def _draw_ring_name(self, painter: QPainter, ring: float) -> None:
        """On the lower side between two spokes, where it hides few points."""
        reach = self._radius() * ring / self._outer
        turn = radians(-67.5)
        at = self._middle() + QPointF(reach * cos(turn), -reach * sin(turn))
        name = f"{short(ring)} {self._unit}"
        words = QRectF(at.x() - 20, at.y() - 7, 40, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        back = theme().colour("raised")
        back.setAlphaF(0.8)
        painter.setBrush(back)
        painter.drawRoundedRect(words.adjusted(4, 0, -4, 0), 4, 4)
        write(painter, words, name, part="secondary", size=SMALL, align=CENTRE)


def _opposite(place: QPointF, middle: QPointF) -> QPointF:
    return QPointF(2 * middle.x() - place.x(), 2 * middle.y() - place.y())
