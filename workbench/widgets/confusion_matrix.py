"""What is taken for what: a matrix of true classes (rows) and predicted ones (columns)."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Ints
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import (
    CENTRE,
    LEFT,
    RIGHT,
    crisp,
    selection,
    sentence,
    text_width,
    touched,
    write,
)
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import percent

#: The share of the width for the names of the rows, and the most they get, in px.
NAMES, WIDEST = 0.26, 110
#: Height of the line above the matrix, and of the names of columns, in px.
CAPTION, LINE = 18, 16
#: Names of columns stand upright where they do not fit, so high, if the widget is at least so high.
UPRIGHT, ROOMY = 64, 260
#: Room at the right and below for the outline of the selected cell, in px.
MARGIN = 3
#: A cell that is narrower shows no count, and a row that is lower no name, in px.
LEAST_COUNT, LEAST_NAME = 22, 11
#: How opaque the colour of a full cell is: words stay readable on it.
FULL = 0.85
#: From this share of its row on, a cell is so full that words on it are those on an accent.
MOSTLY = 0.4


class ConfusionMatrix(QWidget):
    """The matrix, each cell coloured by its share of the row: right ones on the diagonal.

    A click, or the arrow keys, selects a cell; Escape selects none.
    """

    #: The true and the predicted class of the cell that was selected; -1 and -1 for none.
    chosen = Signal(int, int)
    #: What is under the pointer, in words; empty for nothing.
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._counts: Ints = np.zeros((0, 0), np.int64)
        self._classes: tuple[str, ...] = ()
        self._selected: tuple[int, int] | None = None
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix")
        look().changed.connect(self.update)

    @property
    def selected(self) -> tuple[int, int] | None:
        """The true and the predicted class of the selected cell."""
        return self._selected

    def show_confusion(self, counts: Ints | None, classes: tuple[str, ...]) -> None:
        """Show counts [c, c], rows the true classes; the selection stays where it can."""
        self._counts = np.zeros((0, 0), np.int64) if counts is None else counts
        self._classes = classes
        if self._selected is not None and max(self._selected) >= len(self._counts):
            self._selected = None
        right, whole = int(self._counts.trace()), int(self._counts.sum())
        self.setAccessibleDescription(f"{right} of {whole} right")
        self.update()

    def select(self, cell: tuple[int, int] | None) -> None:
        """Outline a cell."""
        self._selected = cell
        self.update()

    def told(self, true: int, predicted: int) -> str:
        """A cell in words: "Shirt taken for Coat: 12 of 200, 6.0 %"."""
        count, whole = int(self._counts[true, predicted]), int(self._counts[true].sum())
        share = percent(count / max(1, whole))
        if true == predicted:
            return f"{self._name(true)} recognised: {count:,} of {whole:,}, {share}"
        names = f"{self._name(true)} taken for {self._name(predicted)}"
        return f"{names}: {count:,} of {whole:,}, {share}"

    def cell_rect(self, true: int, predicted: int) -> QRectF:
        """Where a cell lies, in px."""
        left, top, width, height = self._layout()
        return QRectF(left + predicted * width, top + true * height, width - 1, height - 1)

    def sizeHint(self) -> QSize:
        """Room for ten classes with their counts."""
        return QSize(360, 300)

    def minimumSizeHint(self) -> QSize:
        """Shades at least."""
        return QSize(120, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, cells, outlines."""
        with crisp(self) as painter:
            if not self._counts.size:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            self._draw_names(painter)
            self._draw_cells(painter)
            if self._hover is not None and self._hover != self._selected:
                touched(painter, self.cell_rect(*self._hover))
            if self._selected is not None:
                selection(painter, self.cell_rect(*self._selected))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the cell under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the cell under the pointer, or none where it was selected."""
        cell = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._choose(None if cell == self._selected else cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the cells, select none."""
        step = arrow_step(event)
        if event.key() == Qt.Key.Key_Escape and self._selected is not None:
            self._choose(None)
        elif step is not None and len(self._counts):
            row, column = self._selected or (-step[0], -step[1])
            row, column = row + step[0], column + step[1]
            if 0 <= row < len(self._counts) and 0 <= column < len(self._counts):
                self._choose((row, column))
        else:
            super().keyPressEvent(event)

    def _choose(self, cell: tuple[int, int] | None) -> None:
        self.select(cell)
        self.chosen.emit(*(cell or (-1, -1)))

    def _set_hover(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            text = self.told(*cell) if cell is not None else ""
            self.setToolTip(text)
            self.hovered.emit(text)
            self.update()

    def _name(self, number: int) -> str:
        return self._classes[number] if number < len(self._classes) else f"class {number}"

    def _layout(self) -> tuple[float, float, float, float]:
        """Left and top of the matrix, width and height of a cell."""
        count = max(1, len(self._counts))
        left = min(NAMES * self.width(), WIDEST)
        width = (self.width() - left - MARGIN) / count
        top = CAPTION + (UPRIGHT if self._stands_upright(width) else LINE)
        return left, top, width, (self.height() - top - MARGIN) / count

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        left, top, width, height = self._layout()
        row, column = int((point.y() - top) // height), int((point.x() - left) // width)
        inside = 0 <= row < len(self._counts) and 0 <= column < len(self._counts)
        return (row, column) if inside else None

    def _draw_names(self, painter: QPainter) -> None:
        left, top, width, height = self._layout()
        head = QRectF(left, 0, self.width() - left, CAPTION)
        write(painter, head, "taken for", part="secondary", size=SMALL, align=LEFT)
        corner = QRectF(0, top - LINE, left - 8, LINE)
        write(painter, corner, "true class", part="secondary", size=SMALL, align=RIGHT)
        for number in range(len(self._counts)):
            marked = self._selected or self._hover or (-1, -1)
            if height >= LEAST_NAME:
                row = QRectF(0, top + number * height, left - 8, height)
                part = "text" if number == marked[0] else "secondary"
                write(painter, row, self._name(number), part=part, size=SMALL, align=RIGHT)
            if width >= LEAST_NAME:
                column = QRectF(left + number * width, CAPTION, width - 1, top - CAPTION)
                part = "text" if number == marked[1] else "secondary"
                self._draw_column_name(painter, column, number, part)

    def _draw_column_name(self, painter: QPainter, column: QRectF, number: int, part: str) -> None:
        if not self._stands_upright(column.width() + 1):
            if column.width() < LEAST_COUNT:
                return
            write(painter, column, self._name(number), part=part, size=SMALL, align=CENTRE)
            return
        painter.save()
        painter.translate(column.left(), column.bottom() - 4)
        painter.rotate(-90)
        along = QRectF(0, 0, column.height() - 4, column.width())
        write(painter, along, self._name(number), part=part, size=SMALL, align=LEFT)
        painter.restore()

    def _stands_upright(self, width: float) -> bool:
        """Whether the names of columns of this width stand upright."""
        names = [self._name(number) for number in range(len(self._counts))]
        widest = max((text_width(name, SMALL) for name in names), default=0.0)
        return self.height() >= ROOMY and width >= LEAST_NAME and widest > width - 1

    def _draw_cells(self, painter: QPainter) -> None:
        shares = self._counts / np.maximum(self._counts.sum(1, keepdims=True), 1)
        widest = text_width(f"{self._counts.max():,}", SMALL) + 4
        cell = self.cell_rect(0, 0)
        worded = cell.width() >= max(widest, LEAST_COUNT) and cell.height() >= LEAST_NAME
        for (true, predicted), share in np.ndenumerate(shares):
            rect = self.cell_rect(true, predicted)
            shade = _shade(float(share), true == predicted)
            painter.fillRect(rect, shade)
            count = int(self._counts[true, predicted])
            if worded and count:
                part = "on_accent" if share > MOSTLY else "text"
                write(painter, rect, f"{count:,}", part=part, size=SMALL, align=CENTRE)


def _shade(share: float, is_right: bool) -> QColor:
    """From the raised surface to the colour of right or wrong answers, faster at first."""
    base = theme().colour("raised")
    full = theme().colour("data" if is_right else "danger")
    part = FULL * share**0.6
    mixed = ((1 - part) * a + part * b for a, b in zip(_parts(base), _parts(full), strict=True))
    return QColor.fromRgbF(*mixed)


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
