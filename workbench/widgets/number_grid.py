"""A few numbers in rows and columns, shaded by their value."""

from __future__ import annotations

from math import floor, log10

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.colour_maps import DIVERGING, lookup_table
from core.results import Floats
from workbench.theme import SMALL, TEXT, font, look, theme
from workbench.widgets.drawing import (
    CENTRE,
    crisp,
    selection,
    sentence,
    text_width,
    touched,
    write,
)
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import short

#: A cell is at most this large, in px: more does not read better.
LARGEST = 56
#: Room around the cells for an outline, and the height of the caption, in px.
MARGIN, CAPTION = 3, 20
#: Room left and right of the digits in a cell, in px.
PADDING = 1.5
#: How much of the full colour the largest value gets: more would shout its digits down.
STRONGEST = 0.7


class NumberGridView(QWidget):
    """A matrix [rows, columns] with its numbers in shaded cells, blue below zero, red above.

    Where the numbers do not fit, the shades alone are drawn.  Padding is hatched; padding that is
    not a number stands for no cell at all.
    """

    #: Row and column that were pressed, or walked to with an arrow key.
    clicked = Signal(int, int)
    #: Row and column under the pointer.
    hovered = Signal(int, int)
    #: The pointer is on no cell any more.
    hover_left = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, caption: str = "", empty: str = ""
    ) -> None:
        super().__init__(parent)
        self._empty = empty
        self._values: Floats | None = None
        self._padding: NDArray[np.bool_] | None = None
        self._reach = 0.0
        self._highlighted: tuple[int, int] | None = None
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_caption(caption)
        look().changed.connect(self.update)

    @property
    def values(self) -> Floats | None:
        """The numbers on show."""
        return self._values

    @property
    def highlighted(self) -> tuple[int, int] | None:
        """Row and column of the outlined cell."""
        return self._highlighted

    def show_numbers(
        self,
        values: Floats | None,
        *,
        padding: NDArray[np.bool_] | None = None,
        reach: float | None = None,
    ) -> None:
        """Show a matrix [rows, columns].

        `padding` [rows, columns] is true where a value is filled in from outside the map.
        `reach` is the size of value that gets the full colour; by default the largest one here.
        """
        self._values, self._padding = values, padding
        finite = values[np.isfinite(values)] if values is not None else np.zeros(0, np.float32)
        largest = float(np.abs(finite).max()) if finite.size else 0.0
        self._reach = largest if reach is None else reach
        self._hover = None
        self.update()

    def set_caption(self, caption: str) -> None:
        """Write a line above the numbers."""
        self._caption = caption
        self.setAccessibleName(caption or "Numbers")
        self.update()

    def set_empty(self, sentence: str) -> None:
        """Say something where there are no numbers."""
        self._empty = sentence
        self.update()

    def highlight(self, cell: tuple[int, int] | None) -> None:
        """Outline one cell (row, column)."""
        self._highlighted = cell
        self.setAccessibleDescription(self._words(*cell) if cell else "")
        self.update()

    def digits(self) -> tuple[int, int]:
        """Size of the digits in px, and how many significant ones; 0 and 0 where none fit."""
        *_, cell = self._layout()
        for count in (3, 2, 1):
            widest = max(self.texts(count), key=len, default="")
            for size in (TEXT, SMALL):
                if text_width(widest, size) + 2 * PADDING <= cell and size + 4 <= cell:
                    return size, count
        return 0, 0

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies, in px on whole device pixels."""
        left, top, size = self._layout()
        return QRectF(left + column * size, top + row * size, size - 1, size - 1)

    def sizeHint(self) -> QSize:
        """Large enough for digits."""
        return QSize(180, 180 + CAPTION)

    def minimumSizeHint(self) -> QSize:
        """Shades at least."""
        return QSize(60, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the caption, the cells, the outlines."""
        with crisp(self) as painter:
            if self._values is None or self._values.size == 0:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            line = QRectF(0, 0, self.width(), CAPTION - 4)
            write(painter, line, self._caption, part="secondary", size=SMALL)
            self._draw_cells(painter, self._values)
            if self._hover is not None and self._hover != self._highlighted:
                touched(painter, self.cell_rect(*self._hover))
            if self._highlighted is not None and self._holds(*self._highlighted):
                selection(painter, self.cell_rect(*self._highlighted))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the cell under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the cell under the pointer."""
        self._set_hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell the cell under the pointer."""
        cell = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the cells."""
        step = arrow_step(event)
        if step is None or self._values is None:
            super().keyPressEvent(event)
            return
        row, column = self._highlighted or (0, -1)
        cell = (row + step[0], column + step[1]) if self._highlighted else (0, 0)
        if self._holds(*cell):
            self.highlight(cell)
            self.clicked.emit(*cell)

    def _layout(self) -> tuple[float, float, float]:
        """Left, top and pitch of the square cells, on whole device pixels."""
        rows, columns = self._values.shape if self._values is not None else (1, 1)
        above = CAPTION if self._caption else 0
        ratio = self.devicePixelRatioF()
        across = (self.width() - 2 * MARGIN) / max(1, columns)
        down = (self.height() - 2 * MARGIN - above) / max(1, rows)
        size = max(2, int(min(across, down, LARGEST) * ratio)) / ratio
        return round(MARGIN * ratio) / ratio, round((above + MARGIN) * ratio) / ratio, size

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        left, top, size = self._layout()
        cell = floor((point.y() - top) / size), floor((point.x() - left) / size)
        return cell if self._holds(*cell) else None

    def _holds(self, row: int, column: int) -> bool:
        if self._values is None:
            return False
        rows, columns = self._values.shape
        is_within = 0 <= row < rows and 0 <= column < columns
        return bool(is_within and not self._is_spare(row, column))

    def _set_hover(self, cell: tuple[int, int] | None) -> None:
        if cell == self._hover:
            return
        self._hover = cell
        self.setToolTip(self._words(*cell) if cell else "")
        if cell is None:
            self.hover_left.emit()
        else:
            self.hovered.emit(*cell)
        self.update()

    def _words(self, row: int, column: int) -> str:
        if self._values is None or not self._holds(row, column):
            return ""
        value = short(float(self._values[row, column]), 6)
        return f"({row}, {column}) · {value}{' · padding' if self._is_padding(row, column) else ''}"

    def _is_padding(self, row: int, column: int) -> bool:
        return self._padding is not None and bool(self._padding[row, column])

    def _is_spare(self, row: int, column: int) -> bool:
        """Whether a cell only fills the last row up."""
        if self._values is None or not self._is_padding(row, column):
            return False
        return bool(np.isnan(self._values[row, column]))

    def texts(self, digits: int) -> list[str]:
        """The numbers, row by row, with as many decimals as `digits` asks for the largest one.

        Where there is no cell there is no text.
        """
        if self._values is None:
            return []
        spare = [self._is_spare(*cell) for cell in np.ndindex(self._values.shape)]
        texts = self._texts(self._values.ravel(), digits)
        return ["" if blank else text for blank, text in zip(spare, texts, strict=True)]

    def _texts(self, values: Floats, digits: int) -> list[str]:
        finite = values[np.isfinite(values)]
        largest = float(np.abs(finite).max(initial=0))
        if np.array_equal(finite, np.rint(finite)) and largest < 1000:
            return [short(float(value)) for value in values]
        if not 1e-3 <= largest < 1000:
            return [short(float(value), digits) for value in values]
        decimals = max(0, digits - 1 - floor(log10(largest)))
        return [_fixed(float(value), decimals) for value in values]

    def _draw_cells(self, painter: QPainter, values: Floats) -> None:
        size, digits = self.digits()
        texts = self.texts(digits) if size else [""] * values.size
        painter.setFont(font(size or SMALL))
        for (row, column), text in zip(np.ndindex(values.shape), texts, strict=True):
            if self._is_spare(row, column):
                continue
            rect = self.cell_rect(row, column)
            padded = self._is_padding(row, column)
            shade = self._shade(float(values[row, column]))
            painter.fillRect(rect, shade)
            if padded:
                hatching = QBrush(theme().colour("disabled"), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(rect, hatching)
            painter.setPen(_readable_on(shade, padded))
            painter.drawText(rect, CENTRE, text)

    def _shade(self, value: float) -> QColor:
        """From the raised surface at zero to the end of the diverging map."""
        share = min(abs(value) / self._reach, 1.0) if self._reach > 0 and value == value else 0.0
        red, green, blue = lookup_table(DIVERGING)[255 if value > 0 else 0].tolist()
        return _mix(theme().colour("raised"), QColor(red, green, blue), STRONGEST * share)


def _fixed(value: float, decimals: int) -> str:
    if value == 0 or not np.isfinite(value):
        return short(value)
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def _mix(base: QColor, other: QColor, share: float) -> QColor:
    """`share` of one colour in another."""
    parts = zip(_parts(base), _parts(other), strict=True)
    return QColor.fromRgbF(*((1 - share) * one + share * two for one, two in parts))


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


def _readable_on(shade: QColor, padded: bool) -> QColor:
    """The text colour with more contrast on a shade; padding speaks more softly."""
    if padded:
        return theme().colour("secondary")
    return QColor("#15181d" if _luminance(shade) > 0.22 else "#ffffff")


def _luminance(colour: QColor) -> float:
    """How bright a colour is, 0..1 (WCAG 2.2, relative luminance)."""
    red, green, blue = (part**2.2 for part in _parts(colour))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
