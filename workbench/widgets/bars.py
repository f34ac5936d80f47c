"""The most probable classes as bars."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.results import ClassProbability, Predictions
from workbench.theme import look, theme
from workbench.widgets.drawing import RIGHT, SEMIBOLD, crisp, sentence, text_width, write
from workbench.widgets.number_text import percent

#: Heights of a row and of its bar, and the room between the columns, in px.
ROW, BAR, SPACE = 24, 8, 12
#: Rows that have their place, whether there are as many classes or not.
ROWS = 5
#: The share of the width for the names, and the most they get, in px: it depends on no name, so
#: that nothing moves when the classes change.
NAMES, WIDEST_NAMES = 0.42, 180


class BarsView(QWidget):
    """One row a class: its name, a bar, its probability.  A click selects the class."""

    #: The index of the class that was pressed.
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._classes: tuple[ClassProbability, ...] = ()
        self._selected: int | None = None
        self._hover: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Most probable classes")
        look().changed.connect(self.update)

    @property
    def selected(self) -> int | None:
        """The index of the selected class."""
        return self._selected

    def show_predictions(self, predictions: Predictions | None) -> None:
        """Show the most probable classes, most probable first."""
        self._classes = predictions.classes[:ROWS] if predictions else ()
        self.setAccessibleDescription(
            ", ".join(f"{row.name} {percent(row.probability)}" for row in self._classes)
        )
        self.update()

    @property
    def empty(self) -> str:
        """What is said while there are no classes."""
        return self._empty

    def set_empty(self, text: str) -> None:
        """What to say while there are no classes."""
        self._empty = text
        self.update()

    def select(self, index: int | None) -> None:
        """Mark the class of an index."""
        if index != self._selected:
            self._selected = index
            self.update()

    def sizeHint(self) -> QSize:
        """Five rows."""
        return QSize(260, ROWS * ROW)

    def minimumSizeHint(self) -> QSize:
        """Room for a bar between a short name and its figure."""
        return QSize(140, ROWS * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        with crisp(self) as painter:
            if not self._classes:
                sentence(painter, QRectF(self.rect()), self._empty)
            for number, row in enumerate(self._classes):
                self._draw_row(painter, number, row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the pointer."""
        self._set_hover(self._row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the pointer any more."""
        self._set_hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the class of the row."""
        row = self._row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk over the classes."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._classes:
            super().keyPressEvent(event)
            return
        indices = [row.index for row in self._classes]
        at = indices.index(self._selected) + step if self._selected in indices else 0
        if 0 <= at < len(indices):
            self._choose(at)

    def event(self, event: QEvent) -> bool:
        """Tell a name in full where it is cut."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self._row_at(QPointF(event.pos()))
            text = "" if row is None else self._tooltip(row)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _choose(self, row: int) -> None:
        index = self._classes[row].index
        self.select(index)
        self.clicked.emit(index)

    def _row_at(self, point: QPointF) -> int | None:
        row = int(point.y() // ROW)
        return row if 0 <= row < len(self._classes) else None

    def _set_hover(self, row: int | None) -> None:
        if row != self._hover:
            self._hover = row
            self.update()

    def _tooltip(self, row: int) -> str:
        shown = self._classes[row]
        return f"{shown.name}: {percent(shown.probability)}. Press to ask about this class."

    def _draw_row(self, painter: QPainter, number: int, row: ClassProbability) -> None:
        line = QRectF(0, number * ROW, self.width(), ROW)
        selected, hovered = row.index == self._selected, number == self._hover
        names = min(NAMES * line.width(), WIDEST_NAMES)
        name = QRectF(0, line.top(), names, ROW)
        part, weight = ("accent", SEMIBOLD) if selected else ("text", QFont.Weight.Normal)
        write(painter, name, row.name, part=part, weight=weight)
        figure = "text" if selected or hovered else "secondary"
        write(painter, line, percent(row.probability), part=figure, align=RIGHT)
        left = names + SPACE
        width = line.width() - text_width("100.0 %") - SPACE - left
        track = QRectF(left, line.center().y() - BAR / 2, width, BAR)
        self._draw_track(painter, track, "line" if hovered else "track")
        self._draw_bar(painter, track, row.probability, "accent" if selected else "data")

    def _draw_track(self, painter: QPainter, track: QRectF, part: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour(part))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)

    def _draw_bar(self, painter: QPainter, track: QRectF, share: float, part: str) -> None:
        filled = QRectF(track)
        filled.setWidth(max(min(share, 1.0) * track.width(), 1.5 if share > 0 else 0))
        painter.setBrush(theme().colour(part))
        painter.setClipRect(filled)
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        painter.setClipping(False)
