"""Small pictures, each with a line or two of words below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Bytes
from workbench.theme import SMALL, look
from workbench.widgets.drawing import CENTRE, crisp, selection, sentence, touched, write
from workbench.widgets.keys import arrow_step
from workbench.widgets.pixels import thumbnail

#: The side of a picture, the room around it, and the height of a line of words, in px.
SIDE, GAP, LINE = 64, 10, 14
#: Room for the outline of a selected picture at the edges, in px.
MARGIN = 4


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture [H, W, 3], what is written below it, and what is told of it."""

    picture: Bytes
    lines: tuple[str, ...]
    tip: str = ""


class PictureTiles(QWidget):
    """Tiles in rows as wide as the widget, as high as they need; a click chooses one."""

    #: The place of the tile that was pressed or walked to.
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._tiles: tuple[Tile, ...] = ()
        self._images: tuple[QImage, ...] = ()
        self._selected: int | None = None
        self._hover: int | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Pictures")
        look().changed.connect(self.update)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show other pictures, of which none is selected."""
        self._tiles = tuple(tiles)
        self._images = tuple(thumbnail(tile.picture, SIDE) for tile in tiles)
        self._selected = self._hover = None
        self.setAccessibleDescription("; ".join(" ".join(tile.lines) for tile in tiles))
        self.updateGeometry()
        self.update()

    def tile_rect(self, place: int) -> QRectF:
        """Where a picture lies, in px."""
        row, column = divmod(place, self._columns(self.width()))
        return QRectF(
            MARGIN + column * (SIDE + GAP), MARGIN + row * self._pitch, float(SIDE), float(SIDE)
        )

    def hasHeightForWidth(self) -> bool:
        """Fewer in a row make more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the rows."""
        rows = -(-len(self._tiles) // self._columns(width))
        return 2 * MARGIN + max(1, rows) * self._pitch

    def sizeHint(self) -> QSize:
        """Three in a row."""
        width = 2 * MARGIN + 3 * (SIDE + GAP)
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """One in a row."""
        return QSize(2 * MARGIN + SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures that are seen, and what is below them."""
        with crisp(self) as painter:
            if not self._tiles:
                sentence(painter, QRectF(self.rect()), self._empty)
            for place in range(len(self._tiles)):
                if self._whole_rect(place).intersects(QRectF(event.rect())):
                    self._draw(painter, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the picture under the pointer."""
        self._set_hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """No picture is under the pointer any more."""
        self._set_hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the picture under the pointer."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the pictures."""
        step = arrow_step(event)
        if step is None or not self._tiles:
            super().keyPressEvent(event)
            return
        move = step[0] * self._columns(self.width()) + step[1]
        place = 0 if self._selected is None else self._selected + move
        if 0 <= place < len(self._tiles):
            self._choose(place)

    @property
    def _pitch(self) -> int:
        """From one row to the next."""
        lines = max((len(tile.lines) for tile in self._tiles), default=1)
        return SIDE + 4 + lines * LINE + GAP

    def _columns(self, width: int) -> int:
        return max(1, (width - 2 * MARGIN + GAP) // (SIDE + GAP))

    def _whole_rect(self, place: int) -> QRectF:
        return self.tile_rect(place).adjusted(-MARGIN, -MARGIN, MARGIN, self._pitch - SIDE)

    def _at(self, point: QPointF) -> int | None:
        places = range(len(self._tiles))
        return next((place for place in places if self._whole_rect(place).contains(point)), None)

    def _choose(self, place: int) -> None:
        self._selected = place
        self.update()
        self.chosen.emit(place)

    def _set_hover(self, place: int | None) -> None:
        if place != self._hover:
            self._hover = place
            self.setToolTip(self._tiles[place].tip if place is not None else "")
            self.update()

    def _draw(self, painter: QPainter, place: int) -> None:
        rect, tile = self.tile_rect(place), self._tiles[place]
        image = self._images[place]
        inner = QRectF(0, 0, image.width() / 2, image.height() / 2)
        inner.moveCenter(rect.center())
        painter.drawImage(inner, image)
        if place == self._selected:
            selection(painter, rect)
        elif place == self._hover:
            touched(painter, rect)
        for number, text in enumerate(tile.lines):
            line = QRectF(rect.left() - 4, rect.bottom() + 3 + number * LINE, SIDE + 8, float(LINE))
            part = "secondary" if number else "text"
            write(painter, line, text, part=part, size=SMALL, align=CENTRE)
