"""How many samples of each class there are, a bar for each part of a data set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Ints
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import RIGHT, SEMIBOLD, crisp, sentence, text_width, write
from workbench.widgets.hues import hue
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import percent

#: Heights of the head and of a row, the room between columns, and that at either end, in px.
HEAD, ROW, SPACE, MARGIN = 20, 24, 10, 6
#: Height of a bar, and the room to the next one, in px.
BAR, APART = 5, 2
#: The most that names get: a share of the width, and a width in px.
NAMES, WIDEST = 0.4, 150
#: Figures of all parts are written where this is left for the bars, else of the first, in px.
LEAST_BARS = 56
#: The dot before a part's name in the head, with the room after it, in px.
DOT = 11


class ClassBars(QWidget):
    """A row a class, all bars on one scale; a click, or up and down, selects one.

    Another click on it, or Escape, selects none.  Figures that have no room are told on hover.
    """

    #: The class that was selected, -1 for none.
    chosen = Signal(int)
    #: What is under the pointer, in words; empty for nothing.
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._classes: tuple[str, ...] = ()
        self._parts: dict[str, Ints] = {}
        self._widest_name = 0.0
        self._selected = self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Samples per class")
        look().changed.connect(self.update)

    @property
    def selected(self) -> int:
        """The class with the accent, -1 for none."""
        return self._selected

    def show_counts(self, classes: tuple[str, ...], parts: Mapping[str, Ints]) -> None:
        """Show how many samples [classes] there are in each part, by its name; none is selected."""
        self._classes, self._parts = classes, dict(parts)
        self._widest_name = max((text_width(name, weight=SEMIBOLD) for name in classes), default=0)
        self._selected = self._hover = -1
        told = (self.told(number) for number in range(len(classes)))
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def told(self, number: int) -> str:
        """A class in words: "Coat: 1,200 training, 10.0 %; 200 test, 10.0 %"."""
        figures = (
            f"{counts[number]:,} {part}, {percent(counts[number] / max(1, counts.sum()))}"
            for part, counts in self._parts.items()
        )
        return f"{self._classes[number]}: " + "; ".join(figures)

    def row_rect(self, number: int) -> QRectF:
        """Where a class's row lies, in px."""
        return QRectF(0, HEAD + number * ROW, self.width(), ROW)

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(280, HEAD + ROW * max(2, len(self._classes)))

    def minimumSizeHint(self) -> QSize:
        """As high as the rows, and as narrow as a name, a bar and a figure allow."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names of the parts, and the rows that are seen."""
        with crisp(self) as painter:
            if not self._classes:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            self._draw_head(painter)
            first = max(0, (event.rect().top() - HEAD) // ROW)
            last = (event.rect().bottom() - HEAD) // ROW
            for number in range(first, min(last + 1, len(self._classes))):
                self._draw_row(painter, number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the class under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the class under the pointer, or none where it was selected."""
        number = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.select(-1 if number == self._selected else number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the classes, select none."""
        step = arrow_step(event)
        if event.key() == Qt.Key.Key_Escape and self._selected >= 0:
            self.select(-1)
        elif step is not None and step[0] and self._classes:
            place = self._selected + step[0] if self._selected >= 0 else 0
            self.select(min(max(place, 0), len(self._classes) - 1))
        else:
            super().keyPressEvent(event)

    def select(self, number: int) -> None:
        """Select a class, or none with -1."""
        if number != self._selected:
            self._selected = number
            self.chosen.emit(number)
            self.update()

    def _set_hover(self, number: int) -> None:
        if number != self._hover:
            self._hover = number
            text = self.told(number) if number >= 0 else ""
            self.setToolTip(text)
            self.hovered.emit(text)
            self.update()

    def _at(self, point: QPointF) -> int:
        number = int((point.y() - HEAD) // ROW)
        return number if 0 <= number < len(self._classes) else -1

    def _names(self) -> float:
        return min(self._widest_name, NAMES * self.width(), WIDEST)

    def _columns(self) -> dict[str, float]:
        """The right ends of the figures of those parts that have room for them, in px."""
        ends: dict[str, float] = {}
        end = float(self.width() - MARGIN)
        for part in reversed(self._parts):
            ends[part] = end
            end -= max(self._figure(part), DOT + text_width(part, SMALL)) + SPACE
        if end - MARGIN - self._names() - SPACE >= LEAST_BARS:
            return ends
        return {part: float(self.width() - MARGIN) for part in list(self._parts)[:1]}

    def _figure(self, part: str) -> float:
        """Room for the figures of a part."""
        return text_width(f"{self._parts[part].max(initial=0):,}", SMALL) + 1

    def _draw_head(self, painter: QPainter) -> None:
        columns, end = self._columns(), float(self.width() - MARGIN)
        for number, part in reversed(list(enumerate(self._parts))):
            width = text_width(part, SMALL) + 1
            # above its figures, or else beside the next name
            words = QRectF((columns[part] if len(columns) > 1 else end) - width, 0, width, HEAD)
            write(painter, words, part, part="secondary", size=SMALL, align=RIGHT)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue(number))
            painter.drawEllipse(QPointF(words.left() - DOT / 2 - 1, HEAD / 2), 3.5, 3.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            end = words.left() - DOT - SPACE

    def _draw_row(self, painter: QPainter, number: int) -> None:
        line, columns = self.row_rect(number), self._columns()
        selected = number == self._selected
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or number == self._hover:
            painter.setBrush(theme().colour("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(line, 3, 3)
        name = QRectF(MARGIN, line.top(), self._names(), ROW)
        weight = SEMIBOLD if selected else QFont.Weight.Normal
        part = "accent" if selected else "text"
        write(painter, name, self._classes[number], part=part, weight=weight)
        for split, end in columns.items():
            figure = QRectF(end - self._figure(split), line.top(), self._figure(split), ROW)
            count = f"{self._parts[split][number]:,}"
            write(painter, figure, count, part="text", size=SMALL, align=RIGHT)
        left = name.right() + SPACE
        right = min(end - self._figure(split) for split, end in columns.items()) - SPACE
        self._draw_bars(painter, QRectF(left, line.top(), max(0.0, right - left), ROW), number)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_bars(self, painter: QPainter, room: QRectF, number: int) -> None:
        most = max((int(np.max(counts, initial=0)) for counts in self._parts.values()), default=0)
        height = len(self._parts) * (BAR + APART) - APART
        top = room.center().y() - height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for place, counts in enumerate(self._parts.values()):
            bar = QRectF(room.left(), top + place * (BAR + APART), room.width(), BAR)
            count = int(counts[number])
            if count:
                bar.setWidth(max(2.0, bar.width() * count / most))
            painter.setBrush(hue(place) if count else theme().colour("track"))
            painter.drawRoundedRect(bar, BAR / 2 - 1, BAR / 2 - 1)
