"""A slider over the moments of a training, with its curves behind as a ruler."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.course import Course, Standing
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import CENTRE, LEFT, crisp, sentence, text_width, write
from workbench.widgets.hues import hue
from workbench.widgets.moment_scale import MomentScale
from workbench.widgets.number_text import percent, short

#: Height of the words above the curves, and of the steps below them, in px.
LINE = 16
#: The widget's height from which on there are words, and from which on there are steps, in px.
WITH_WORDS, WITH_STEPS = 48, 78
#: The knob's radius, and how long the tick of a moment is, in px.
KNOB, TICK = 6, 5
#: A dot before words, and the room between words, in px.
DOT, SPACE = 6, 12
#: How visible curves are after the chosen moment, 0..1.
LATER = 0.3
#: Moments that Page up and Page down pass.
PAGE = 10
#: What one notch of a wheel turns, in eighths of a degree.
NOTCH = 120
#: Room that a step needs below the curves, in px.
APART = 56
#: Colours of the curves, as in the Training dock: its first two.
LOSS, TEST = 0, 1
#: What the newest moment is called.
NOW = "Now"

#: Some words, and the number of the colour of the curve that they tell, if any.
Word = tuple[str, int | None]


class MomentSlider(QWidget):
    """A tick for each kept moment, on the scale on which they are about evenly spaced.

    Press, drag, turn the wheel, or walk with the arrows; Home is the first moment, and End, a
    double click or the right end the newest one, which moves on while the training does.
    """

    #: The step that the person wants to see; None: the newest.
    moved = Signal(object)
    #: The moment under the pointer, in words; empty for none.
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._course: Course | None = None
        self._steps: tuple[int, ...] = ()
        self._step: int | None = None
        self._pointer: int | None = None
        self._turned = 0
        self._is_dragged = False
        self._curves: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Moment of the training")
        look().changed.connect(self._draw_anew)

    @property
    def steps(self) -> tuple[int, ...]:
        """The moments that can be chosen."""
        return self._steps

    @property
    def step(self) -> int | None:
        """The chosen moment; None: the newest."""
        return self._step

    def show_course(self, course: Course | None) -> None:
        """Show other moments and curves, or the same ones grown; None: there are none."""
        self._course = course
        self._steps = course.steps if course is not None else ()
        self._describe()
        self._draw_anew()

    def select(self, step: int | None) -> None:
        """Put the handle at a moment; None: at the newest, and there it stays."""
        if step != self._step:
            self._step = step
            self._describe()
            self.update()

    def x_of(self, step: int) -> float:
        """Where a step lies, in px."""
        return self._scale().x_of(step)

    def told(self, step: int) -> str:
        """A moment in words."""
        return " · ".join(text for text, _ in self._words(step))

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(480, 64)

    def minimumSizeHint(self) -> QSize:
        """Room for the handle above its ticks."""
        return QSize(80, 32)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the curves, the ticks, the handle and what there is to say."""
        with crisp(self) as painter:
            if self._course is None or not self._steps:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            area, handle = self._area(), self.x_of(self._shown_step())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_curves(painter, area, handle, self._course)
            self._draw_ticks(painter, area)
            self._draw_pointer(painter, area)
            self._draw_handle(painter, area, handle)
            if self.height() >= WITH_WORDS:
                self._draw_words(painter, handle)
            if self.height() >= WITH_STEPS:
                self._draw_steps(painter, area)

    def _draw_curves(self, painter: QPainter, area: QRectF, handle: float, course: Course) -> None:
        """What came after the chosen moment is paler."""
        if self._curves is None or self._curves.devicePixelRatioF() != self.devicePixelRatioF():
            self._curves = self._drawn_curves(area, course)
        for left, right, share in ((0.0, handle, 1.0), (handle, float(self.width()), LATER)):
            if left < right:
                painter.setClipRect(QRectF(left, 0, right - left, self.height()))
                painter.setOpacity(share)
                painter.drawPixmap(0, 0, self._curves)
        painter.setClipping(False)
        painter.setOpacity(1)

    def _drawn_curves(self, area: QRectF, course: Course) -> QPixmap:
        """The curves alone: they stay while the handle moves, often many times a second."""
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        highest = float(np.nanmax(course.loss.y, initial=0.0)) or 1.0
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, top, number in ((course.loss, highest, LOSS), (course.test_accuracy, 100, TEST)):
            points = self._scale().curve(line, area.top(), area.bottom(), top)
            _draw_line(painter, points, hue(number))
        painter.end()
        return drawn

    def _draw_ticks(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QPen(theme().colour("disabled"), 1))
        places = np.unique(self._scale().places(self._steps).round()).tolist()
        top, bottom = area.bottom(), area.bottom() + TICK
        painter.drawLines([QLineF(x + 0.5, top, x + 0.5, bottom) for x in places])

    def _draw_pointer(self, painter: QPainter, area: QRectF) -> None:
        if self._pointer is not None:
            x = self.x_of(self._pointer)
            painter.setPen(QPen(theme().colour("secondary"), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _draw_handle(self, painter: QPainter, area: QRectF, x: float) -> None:
        painter.setPen(QPen(theme().colour("accent"), 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        ring = theme().colour("text" if self.hasFocus() else "surface")
        painter.setPen(QPen(ring, 2))
        painter.setBrush(theme().colour("accent"))
        painter.drawEllipse(QPointF(x, area.bottom()), KNOB, KNOB)

    def _draw_words(self, painter: QPainter, handle: float) -> None:
        """Above the handle, as far as there is room."""
        words = self._words_that_fit()
        widths = [_width(text, number) for text, number in words]
        whole = sum(widths) + SPACE * (len(words) - 1)
        left = max(0.0, min(handle - whole / 2, self.width() - whole))
        for (text, number), width in zip(words, widths, strict=True):
            if number is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(hue(number))
                painter.drawEllipse(QPointF(left + DOT / 2, LINE / 2), DOT / 2, DOT / 2)
            inset = 0 if number is None else DOT + 4
            room = QRectF(left + inset, 0, min(width, self.width() - left) - inset + 1, LINE)
            write(painter, room, text, part="text" if text == NOW else "secondary", size=SMALL)
            left += width + SPACE

    def _words_that_fit(self) -> list[Word]:
        """What is told of the chosen moment: where there is little room, without the epoch."""
        words = [*([(NOW, None)] if self._step is None else []), *self._words(self._shown_step())]
        whole = sum(_width(*word) for word in words) + SPACE * (len(words) - 1)
        return [word for word in words if whole <= self.width() or "epoch" not in word[0]]

    def _draw_steps(self, painter: QPainter, area: QRectF) -> None:
        """Round steps, as many as there is room for."""
        taken = -float(APART)
        scale = self._scale()
        for step in scale.round_steps():
            x = scale.x_of(step)
            if x - taken >= APART:
                room = QRectF(x - APART / 2, area.bottom() + KNOB + 2, APART, LINE)
                align = LEFT if room.left() < 0 else CENTRE
                room.moveLeft(max(0.0, min(room.left(), self.width() - APART)))
                write(painter, room, f"{step:,}", part="secondary", size=SMALL, align=align)
                taken = x

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the curves for other room."""
        super().resizeEvent(event)
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._curves = None
        self.update()

    # What the person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_dragged = True
            self._take(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the handle there."""
        self._is_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle, or tell the moment under the pointer."""
        step = self._at(event.position().x())
        if self._is_dragged:
            self._take(step)
        self._point(step)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to the newest moment."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(None)

    def leaveEvent(self, event: QEvent) -> None:
        """No moment is under the pointer any more."""
        self._point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is a moment."""
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        if notches:
            self.walk(notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the moments, or go to an end."""
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageDown: -PAGE,
            Qt.Key.Key_PageUp: PAGE,
            Qt.Key.Key_Home: -len(self._steps),
            Qt.Key.Key_End: len(self._steps),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None or not self._steps:
            super().keyPressEvent(event)
            return
        self.walk(move)

    def walk(self, moments: int) -> None:
        """Go on by so many moments, or back; beyond the last one is the newest."""
        if self._steps:
            place = _nearest(self._steps, self._shown_step()) + moments
            self._take(self._steps[min(max(place, 0), len(self._steps) - 1)])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.update()

    # Inside

    def _take(self, step: int | None) -> None:
        """Choose a kept step: the last one stands for the newest, whichever that will be."""
        if step is not None:
            self._choose(step if step != self._steps[-1] else None)

    def _choose(self, step: int | None) -> None:
        if step != self._step and self._steps:
            self.select(step)
            self.moved.emit(step)

    def _point(self, step: int | None) -> None:
        if step != self._pointer:
            self._pointer = step
            self.pointed.emit("" if step is None else self.told(step))
            self.update()

    def _shown_step(self) -> int:
        return self._steps[-1] if self._step is None else self._step

    def _area(self) -> QRectF:
        """Where the curves are drawn: their lower edge carries the ticks."""
        above = LINE + 4 if self.height() >= WITH_WORDS else 2
        below = KNOB + 2 + (LINE if self.height() >= WITH_STEPS else 0)
        width = self.width() - 2 * (KNOB + 2)
        return QRectF(KNOB + 2, above, max(1, width), max(1, self.height() - above - below))

    def _scale(self) -> MomentScale:
        area = self._area()
        return MomentScale(self._steps[0], self._steps[-1], area.left(), area.width())

    def _at(self, x: float) -> int | None:
        """The kept step nearest to a place."""
        if not self._steps:
            return None
        return self._steps[int(np.abs(self._scale().places(self._steps) - x).argmin())]

    def _words(self, step: int) -> list[Word]:
        """What is told of a moment, each with the colour of its curve, if it has one."""
        if self._course is None:
            return []
        return standing_words(self._course.standing(step))

    def _describe(self) -> None:
        now = "now, " if self._step is None else ""
        self.setAccessibleDescription(now + self.told(self._shown_step()) if self._steps else "")


def standing_words(standing: Standing) -> list[Word]:
    """How a training stood, in words."""
    words: list[Word] = [(f"step {standing.step:,}", None), (f"epoch {standing.epoch}", None)]
    if standing.loss is not None:
        words.append((f"loss {short(standing.loss)}", LOSS))
    if standing.test_accuracy is not None:
        words.append((f"test {percent(standing.test_accuracy)}", TEST))
    return words


def _draw_line(painter: QPainter, points: Sequence[QPointF], colour: QColor) -> None:
    """A curve, with its points where they are few: one alone is no line."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.5))
    painter.drawPolyline(points)
    if len(points) <= PAGE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for point in points:
            painter.drawEllipse(point, 2, 2)


def _nearest(steps: Sequence[int], step: int) -> int:
    """The place of the kept step nearest to a step."""
    return min(range(len(steps)), key=lambda place: abs(steps[place] - step))


def _width(text: str, number: int | None) -> float:
    return text_width(text, SMALL) + (0 if number is None else DOT + 4)
