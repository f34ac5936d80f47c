"""Names beside their colours, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import crisp, text_width, write
from workbench.widgets.hues import hue
from workbench.widgets.keys import arrow_step

#: Height of a line, the dot with the room after it, and the room between entries, in px.
LINE, DOT, SPACE = 18, 14, 14


@dataclass(frozen=True)
class Entry:
    """A name with the number of its colour, and a value if it has one."""

    name: str
    number: int
    value: str = ""


class Legend(QWidget):
    """Coloured dots with names and values; where they can be pressed, one is highlighted.

    Arrow keys walk over the entries, Escape ends the highlight.
    """

    #: The number of the highlighted entry, -1 for none.
    highlighted_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, pressable: bool = False) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._colours = 10
        self._pressable = pressable
        self._highlighted = -1
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if pressable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Legend")
        look().changed.connect(self.update)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._entries

    @property
    def highlighted(self) -> int:
        """The number of the highlighted entry, -1 for none."""
        return self._highlighted

    def show_entries(self, entries: Sequence[Entry], colours: int = 10) -> None:
        """Show other entries, of `colours` colours in all."""
        fresh = tuple(entries)
        if [row.name for row in fresh] != [row.name for row in self._entries]:
            self.updateGeometry()
            if self._highlighted not in [row.number for row in fresh]:
                self._highlighted = -1
        self._entries, self._colours = fresh, colours
        self.setAccessibleDescription(", ".join(_words(row) for row in fresh))
        self.update()

    def highlight(self, number: int) -> None:
        """Highlight one entry, or none with -1."""
        if number != self._highlighted:
            self._highlighted = number
            self.highlighted_changed.emit(number)
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Lines wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the entries need."""
        places = self._places(width)
        return round(places[-1].bottom()) if places else 0

    def sizeHint(self) -> QSize:
        """One line, or what the present width asks for."""
        return QSize(160, max(LINE, self.heightForWidth(max(self.width(), 160))))

    def minimumSizeHint(self) -> QSize:
        """The narrowest that shows a name."""
        return QSize(60, LINE if self._entries else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the entries."""
        with crisp(self) as painter:
            for row, place in zip(self._entries, self._places(self.width()), strict=True):
                self._draw(painter, row, place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Highlight the entry under the pointer, or end its highlight."""
        if not self._pressable:
            super().mousePressEvent(event)
            return
        number = self._number_at(event.position())
        self.highlight(-1 if number == self._highlighted else number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the entries."""
        step = arrow_step(event)
        if event.key() == Qt.Key.Key_Escape and self._highlighted != -1:
            self.highlight(-1)
        elif step is not None and self._pressable and self._entries:
            numbers = [row.number for row in self._entries]
            at = numbers.index(self._highlighted) if self._highlighted in numbers else -1
            self.highlight(numbers[(at + sum(step)) % len(numbers)] if at >= 0 else numbers[0])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def _places(self, width: int) -> list[QRectF]:
        """The rectangle of each entry, line by line."""
        places: list[QRectF] = []
        left, top = 0.0, 0.0
        for row in self._entries:
            needs = DOT + text_width(_words(row), SMALL) + 2
            if left > 0 and left + needs > width:
                left, top = 0.0, top + LINE
            places.append(QRectF(left, top, min(needs, width), LINE))
            left += needs + SPACE
        return places

    def _number_at(self, point: QPointF) -> int:
        for row, place in zip(self._entries, self._places(self.width()), strict=True):
            if place.adjusted(-SPACE / 2, 0, SPACE / 2, 0).contains(point):
                return row.number
        return -1

    def _draw(self, painter: QPainter, row: Entry, place: QRectF) -> None:
        quiet = self._highlighted not in (-1, row.number)
        colour = theme().colour("disabled") if quiet else self._colour(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(place.left() + 4, place.center().y()), 4, 4)
        text = place.adjusted(DOT, 0, 2, 0)
        part = "text" if row.number == self._highlighted else "secondary"
        write(painter, text, row.name, part=part, size=SMALL)
        if row.value:
            name = text_width(row.name + "  ", SMALL)
            write(painter, text.adjusted(name, 0, 0, 0), row.value, size=SMALL)

    def _colour(self, row: Entry) -> QColor:
        return hue(row.number, self._colours)


def _words(row: Entry) -> str:
    return f"{row.name}  {row.value}" if row.value else row.name
