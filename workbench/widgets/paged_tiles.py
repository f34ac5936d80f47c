"""Many small pictures, a page at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.icons import IconButton
from workbench.parts import tight
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.picture_tiles import PictureTiles, Tile


class PagedTiles(QWidget):
    """Tiles that are made as their page is turned to, so that there may be any number."""

    #: The place, among all, of the tile that was pressed or walked to.
    chosen = Signal(int)

    def __init__(self, *beside: QWidget, per_page: int = 24, empty: str = "") -> None:
        """`beside`: what stands at the left of the buttons that turn the page."""
        super().__init__()
        self._per_page = per_page
        self._count = self._first = 0
        self._tile: Callable[[int], Tile] | None = None
        self.tiles = PictureTiles(empty=empty)
        self.tiles.chosen.connect(lambda place: self.chosen.emit(self._first + place))
        self.where = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignRight)
        self.previous = IconButton("move_up", "Previous page", self)
        self.next = IconButton("move_down", "Next page", self)
        self.previous.clicked.connect(lambda: self._turn(-1))
        self.next.clicked.connect(lambda: self._turn(1))
        turning = tight(QHBoxLayout(), 2)
        for widget in beside:
            turning.addWidget(widget)
        turning.addWidget(self.where, 1)
        turning.addWidget(self.previous)
        turning.addWidget(self.next)
        column = tight(QVBoxLayout(self), 4)
        column.addLayout(turning)
        column.addWidget(self.tiles)
        self._show()

    def show_pages(self, count: int, tile: Callable[[int], Tile]) -> None:
        """Show the first page of `count` tiles; `tile` makes the one at a place."""
        self._count, self._first, self._tile = count, 0, tile
        self._show()

    def _turn(self, pages: int) -> None:
        self._first += pages * self._per_page
        self._show()

    def _show(self) -> None:
        last = min(self._first + self._per_page, self._count)
        places = range(self._first, last)
        self.tiles.show_tiles([self._tile(place) for place in places] if self._tile else ())
        told = f"{self._first + 1:,}–{last:,} of {self._count:,}"
        self.where.set_text(told if self._count else "")
        self.previous.setEnabled(self._first > 0)
        self.next.setEnabled(last < self._count)
        for button in (self.previous, self.next):
            button.setVisible(self._count > self._per_page)
