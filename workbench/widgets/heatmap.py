"""A heat map over the picture that it explains."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Box, Bytes, Heatmap, Patches
from workbench.theme import GRID
from workbench.widgets.colour_bar import HEIGHT as BAR_HEIGHT
from workbench.widgets.colour_bar import ColourBar
from workbench.widgets.heat_layer import heat_ends, heat_lookup, heat_picture
from workbench.widgets.keys import arrow_step
from workbench.widgets.number_text import percent, short
from workbench.widgets.picture import Overlay, PictureView

#: Widgets lower than this show the map alone, in px.
LOWEST_WITH_BAR = 120


class HeatmapView(QWidget):
    """A photograph, grey under its heat map, and the colour bar.

    The pointer, or the arrow keys, tell values; where patches were laid over the picture, they
    outline the patch and tell the probability with it.
    """

    #: Row and column of the map under the pointer.
    hovered = Signal(int, int)
    #: The pointer is not on the map any more.
    hover_left = Signal()
    #: What there is to tell about that pixel, in words; nothing once it is left.
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._heat: Heatmap | None = None
        self._frame: Bytes | None = None
        self._place: tuple[int, int] | None = None
        self._picture = PictureView(self, empty=empty)
        self._bar = ColourBar(self)
        self._bar.hide()
        self._picture.hovered.connect(self._on_hovered)
        self._picture.hover_left.connect(self._leave)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Heat map")

    @property
    def heat(self) -> Heatmap | None:
        """The map on show."""
        return self._heat

    def show_heat(self, heat: Heatmap | None, frame: Bytes | None = None) -> None:
        """Show a map over the frame [H, W, 3] uint8 on which it lies, or by itself."""
        self._heat, self._frame = heat, frame
        if heat is None or frame is None:
            self._picture.show_heat(None)
            self._picture.set_crop(None)
            self._picture.show_picture(frame if heat is None else heat_picture(heat))
        else:
            self._picture.show_heat(heat)
            self._picture.set_crop(heat.box)
            self._picture.show_picture(frame)
        self._describe()
        self._arrange()
        self._tell_again()

    def set_opacity(self, opacity: float) -> None:
        """How much of the picture the strongest values cover, 0..1."""
        self._picture.set_opacity(opacity)

    def readout(self, row: int, column: int) -> str:
        """What the map tells at one of its pixels."""
        if self._heat is None:
            return ""
        if self._heat.patches is None:
            value = short(float(self._heat.values[row, column]))
            return f"({row}, {column}) · {value} {self._heat.meaning}"
        return f"{self._change(self._heat.patches, row, column)} with the patch here"

    def sizeHint(self) -> QSize:
        """As large as a picture deserves."""
        return QSize(320, 340)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(64, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the picture and the bar out anew."""
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the map: from patch to patch, else by a twentieth of it."""
        step = arrow_step(event)
        if step is None or self._heat is None:
            super().keyPressEvent(event)
            return
        place = self._walk(self._heat, *step)
        self._tell(*place)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget where the keys were."""
        self._leave()
        super().focusOutEvent(event)

    def _describe(self) -> None:
        heat = self._heat
        if heat is None:
            self._bar.hide()
            self.setAccessibleDescription("")
            return
        low, high = heat_ends(heat)
        self._bar.show_scale(heat_lookup(heat), short(low), short(high), heat.meaning)
        self.setAccessibleDescription(f"{heat.meaning}, from {short(low)} to {short(high)}")

    def _arrange(self) -> None:
        """The picture at the top, the bar just under it and as wide."""
        room = BAR_HEIGHT + GRID
        has_bar = self._heat is not None and self.height() >= LOWEST_WITH_BAR
        self._bar.setVisible(has_bar)
        self._picture.resize(self.width(), self.height() - (room if has_bar else 0))
        drawn = self._picture.picture_rect()
        if not has_bar or drawn.isEmpty():
            return
        self._picture.resize(self.width(), round(drawn.height() + 0.5))
        left = round(drawn.left())
        top = self._picture.height() + GRID
        self._bar.setGeometry(left, top, round(drawn.width()), BAR_HEIGHT)

    def _on_hovered(self, row: int, column: int) -> None:
        place = self._map_pixel(row + 0.5, column + 0.5)
        if place is None:
            self._leave()
            return
        self._tell(*place)

    def _tell(self, row: int, column: int) -> None:
        self._show_place((row, column))
        self.hovered.emit(row, column)
        self.told.emit(self.readout(row, column))

    def _tell_again(self) -> None:
        """Another map under a pointer that rests: what it tells is new."""
        height, width = (0, 0) if self._heat is None else self._heat.values.shape
        if self._place is None or self._place[0] >= height or self._place[1] >= width:
            self._leave()
        else:
            self._show_place(self._place)
            self.told.emit(self.readout(*self._place))

    def _leave(self) -> None:
        if self._place is not None:
            self._show_place(None)
            self.hover_left.emit()
            self.told.emit("")

    def _map_pixel(self, row: float, column: float) -> tuple[int, int] | None:
        """The map's pixel at a point of the picture, None beside the map."""
        if self._heat is None:
            return None
        box = self._box(self._heat)
        down, across = (row - box.top) / box.height, (column - box.left) / box.width
        if not (0 <= down < 1 and 0 <= across < 1):
            return None
        height, width = self._heat.values.shape
        return int(down * height), int(across * width)

    def _box(self, heat: Heatmap) -> Box:
        """Where the map lies on the picture that is drawn."""
        if self._frame is not None and heat.box is not None:
            return heat.box
        height, width = (heat.values if self._frame is None else self._frame).shape[:2]
        return Box(0, 0, height, width)

    def _walk(self, heat: Heatmap, down: int, across: int) -> tuple[int, int]:
        height, width = heat.values.shape
        row, column = self._place or (height // 2, width // 2)
        if heat.patches is None:
            size = max(1, height // 20), max(1, width // 20)
            row, column = row + down * size[0], column + across * size[1]
        else:
            patches = heat.patches
            at = _nearest_patch(patches, row, column)
            next_row = min(max(at[0] + down, 0), len(patches.tops) - 1)
            next_column = min(max(at[1] + across, 0), len(patches.lefts) - 1)
            row = int(patches.tops[next_row]) + patches.size // 2
            column = int(patches.lefts[next_column]) + patches.size // 2
        return min(max(row, 0), height - 1), min(max(column, 0), width - 1)

    def _show_place(self, place: tuple[int, int] | None) -> None:
        self._place = place
        heat = self._heat
        if place is None or heat is None or heat.patches is None:
            self._picture.set_overlays(())
            return
        patches = heat.patches
        row, column = _nearest_patch(patches, *place)
        height, width = heat.values.shape
        top, left = float(patches.tops[row]), float(patches.lefts[column])
        # the last patch may reach over the edge, where it is cut
        patch = Box(top, left, min(patches.size, height - top), min(patches.size, width - left))
        on_frame = patch.on_frame(self._box(heat), (height, width))
        self._picture.set_overlays([Overlay(self._change(patches, *place), on_frame)])

    def _change(self, patches: Patches, row: int, column: int) -> str:
        probability = float(patches.probability[_nearest_patch(patches, row, column)])
        return f"{percent(patches.unoccluded)} → {percent(probability)}"


def _nearest_patch(patches: Patches, row: int, column: int) -> tuple[int, int]:
    """Which patch has its middle nearest to a pixel of the map."""
    half = patches.size / 2
    return (
        int(np.abs(patches.tops + half - row).argmin()),
        int(np.abs(patches.lefts + half - column).argmin()),
    )
