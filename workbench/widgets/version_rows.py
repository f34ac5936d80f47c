"""Pictures, and beside each what it may look like when it is shown again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Bytes
from workbench.theme import SMALL, look
from workbench.widgets.drawing import LEFT, crisp, sentence, write
from workbench.widgets.pixels import thumbnail

#: The side of a picture, the room between two, and that after the first column, in px.
SIDE, GAP, APART = 56, 6, 14
#: Height of the line of words above, in px.
HEAD = 18


@dataclass(frozen=True, eq=False)
class VersionRow:
    """A picture [H, W, 3] as it is, its versions, and what it is called."""

    name: str
    picture: Bytes
    versions: tuple[Bytes, ...]


class VersionRows(QWidget):
    """A row a picture, with as many of its versions as there is room for."""

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._rows: tuple[VersionRow, ...] = ()
        self._images: tuple[tuple[QImage, ...], ...] = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pictures as training sees them")
        look().changed.connect(self.update)

    @property
    def rows(self) -> tuple[VersionRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Show other pictures."""
        self._rows = tuple(rows)
        self._images = tuple(
            tuple(thumbnail(picture, SIDE) for picture in (row.picture, *row.versions))
            for row in rows
        )
        self.setAccessibleDescription(", ".join(row.name for row in rows))
        self.updateGeometry()
        self.update()

    def picture_rect(self, row: int, column: int) -> QRectF:
        """Where a picture lies, in px; column 0 holds those that are as they are."""
        left = column * (SIDE + GAP) + (APART - GAP if column else 0)
        return QRectF(left, HEAD + row * (SIDE + GAP), SIDE, SIDE)

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        width = int(self.picture_rect(0, 4).right()) + 1
        return QSize(width, HEAD + max(1, len(self._rows)) * (SIDE + GAP) - GAP)

    def minimumSizeHint(self) -> QSize:
        """As high as the rows, with one version of each."""
        return QSize(int(self.picture_rect(0, 1).right()) + 1, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the captions, and the pictures that fit."""
        with crisp(self) as painter:
            if not self._rows:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            self._draw_head(painter)
            for row, images in enumerate(self._images):
                for column, image in enumerate(images):
                    place = self.picture_rect(row, column)
                    if place.right() <= self.width() + 1:
                        _draw(painter, place, image)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what the picture under the pointer is."""
        row = int((event.position().y() - HEAD) // (SIDE + GAP))
        self.setToolTip(self._rows[row].name if 0 <= row < len(self._rows) else "")

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.setToolTip("")

    def _draw_head(self, painter: QPainter) -> None:
        first, second = (self.picture_rect(0, column).left() for column in (0, 1))
        original = QRectF(first, 0, second - first, HEAD - 4)
        write(painter, original, "as it is", part="secondary", size=SMALL, align=LEFT)
        others = QRectF(second, 0, self.width() - second, HEAD - 4)
        write(painter, others, "as it may be shown", part="secondary", size=SMALL, align=LEFT)


def _draw(painter: QPainter, place: QRectF, image: QImage) -> None:
    inner = QRectF(0, 0, image.width() / 2, image.height() / 2)
    inner.moveCenter(place.center())
    painter.drawImage(inner, image)
