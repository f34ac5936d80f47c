"""The maps of a layer as tiles of one picture."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.colour_maps import DIVERGING, SEQUENTIAL, lookup_table
from core.data.images import tiles
from core.results import MapGrid, Tiles
from workbench.theme import GRID, look, theme
from workbench.widgets.colour_bar import HEIGHT as BAR_HEIGHT
from workbench.widgets.colour_bar import ColourBar
from workbench.widgets.drawing import crisp, marker, selection, sentence, touched
from workbench.widgets.keys import arrow_step, with_shift
from workbench.widgets.number_text import short
from workbench.widgets.tile_layout import TileLayout, gaps_of, lay_out
from workbench.widgets.tile_picture import is_common, tile_picture

#: Room around the tiles for the outline of the selected one, in px.
MARGIN = 3
#: Room between pairs of maps, in px.
PAIR_SPACING = 8
#: A cell smaller than this is marked by a frame around it, in px.
SMALLEST_MARK = 5


class MapGridView(QWidget):
    """Maps as tiles: hover tells their values, a click selects, a double click zooms.

    Arrow keys move the selection, with Shift the marked cell; Enter zooms, Escape returns.
    """

    #: Unit, row and column under the pointer.
    hovered = Signal(int, int, int)
    #: The pointer is on no map any more.
    hover_left = Signal()
    #: Unit, row and column that were pressed, or walked to with Shift and an arrow.
    clicked = Signal(int, int, int)
    #: The unit that was selected, by pointer or keys.
    chosen = Signal(int)
    #: The unit that was zoomed to, by double click or Enter.
    activated = Signal(int)
    #: All maps are shown again.
    zoom_left = Signal()
    #: The number of columns that would make the tiles largest.
    columns_wanted_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._grid: MapGrid | None = None
        self._shown: _Shown | None = None
        self._empty = empty
        self._shared: bool | None = None
        self._selected: int | None = None
        self._zoomed: int | None = None
        self._cell: tuple[int, int] | None = None
        self._hover: tuple[int, int, int] | None = None
        self._second: int | None = None
        self._columns_wanted = 1
        self._bar = ColourBar(self)
        self._bar.hide()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Maps")
        look().changed.connect(self.update)

    @property
    def grid(self) -> MapGrid | None:
        """The maps on show."""
        return self._grid

    @property
    def empty(self) -> str:
        """What it says while there are no maps."""
        return self._empty

    @property
    def selected(self) -> int | None:
        """The unit with the accent outline."""
        return self._selected

    @property
    def zoomed(self) -> int | None:
        """The one unit that fills the widget, if any."""
        return self._zoomed

    @property
    def cell(self) -> tuple[int, int] | None:
        """Row and column of the marked cell."""
        return self._cell

    @property
    def columns_wanted(self) -> int:
        """The number of columns that makes the tiles largest here."""
        return self._columns_wanted

    @property
    def colour_bar(self) -> ColourBar:
        """What the colours mean."""
        return self._bar

    @property
    def layout_of_tiles(self) -> TileLayout | None:
        """Where the tiles lie, in device pixels."""
        return self._shown.layout if self._shown else None

    def show_grid(self, grid: MapGrid | None) -> None:
        """Show other maps; the zoom stays as long as there is such a unit in the same layer."""
        before = self._grid
        self._grid = grid
        count = len(grid.maps) if grid else 0
        changed = before is None or grid is None or before.layer != grid.layer
        if changed or (self._zoomed is not None and self._zoomed >= count):
            self._zoomed = None
        self._tell_assistants()
        self._arrange()

    def set_empty(self, text: str) -> None:
        """What to say while there are no maps."""
        self._empty = text
        self.update()

    def set_shared(self, shared: bool | None) -> None:
        """Put all maps on one scale of values, or each on its own; None: as the worker tiled."""
        if shared != self._shared:
            self._shared = shared
            self._arrange()

    def select(self, unit: int | None) -> None:
        """Outline one unit."""
        if unit != self._selected:
            self._selected = unit
            self._tell_assistants()
            self.update()

    def set_cell(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell (row, column) of the selected unit."""
        self._cell = cell
        self.update()

    def touch(self, unit: int | None) -> None:
        """Outline one unit thinly, as if the pointer were on it."""
        self._hover = None if unit is None else (unit, 0, 0)
        self.update()

    def set_pairs(self, column: int | None) -> None:
        """Maps are two side by side, the second from a column on; None: they are single."""
        self._second = column
        self._arrange()

    def zoom(self, unit: int | None) -> None:
        """Show one unit alone, or all again."""
        self._zoomed = unit
        self._hover = None
        self._arrange()

    def readout(self, unit: int, row: int, column: int) -> str:
        """What is in one cell: the unit, the place, the value, and the unit's statistics."""
        grid = self._grid
        if grid is None or unit >= len(grid.maps):
            return ""
        value = grid.maps[unit, row, column]
        text = short(value) if grid.maps.ndim == 3 else ", ".join(short(part) for part in value)
        return " · ".join([self._name(unit), f"({row}, {column})", text, *_figures(grid, unit)])

    def summary(self, unit: int) -> str:
        """The unit and its statistics; nothing for one that is not there."""
        if self._grid is None or unit >= len(self._grid.maps):
            return ""
        return " · ".join([self._name(unit), *_figures(self._grid, unit)])

    def sizeHint(self) -> QSize:
        """Large: pictures get the space."""
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(80, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture of all tiles, then the outlines."""
        with crisp(self) as painter:
            if self._shown is None:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            if self._shown.ratio != self.devicePixelRatioF():
                self._arrange()
            self._draw(painter, self._shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the tiles out anew."""
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the tile under the pointer and tell its cell."""
        place = self._at(event.position())
        if place == self._hover:
            return
        self._hover = place
        if place is None:
            self.hover_left.emit()
        else:
            self.hovered.emit(*place)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the tile under the pointer."""
        if self._hover is not None:
            self._hover = None
            self.hover_left.emit()
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """A pointer over maps points at cells."""
        self.setCursor(Qt.CursorShape.CrossCursor if self._grid else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer."""
        place = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or place is None:
            return
        self._choose(place[0])
        self.clicked.emit(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to the unit under the pointer, or back."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._toggle_zoom(place[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over units or cells, zoom, return."""
        key, step = event.key(), arrow_step(event)
        if step is not None and self._grid is not None and len(self._grid.maps):
            walk = self._walk_cell if with_shift(event) else self._walk_unit
            walk(*step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected is not None:
            self._toggle_zoom(self._selected)
        elif key == Qt.Key.Key_Escape and self._zoomed is not None:
            self._leave_zoom()
        else:
            super().keyPressEvent(event)

    # What is shown

    def _arrange(self) -> None:
        """Work out the layout for the present size; the picture is made when it is drawn."""
        grid = self._grid
        self._shown = None
        if grid is not None and grid.maps.size and min(self.width(), self.height()) > 8:
            area = self._area(grid)
            spacing = None if self._second is None else PAIR_SPACING
            ratio = self.devicePixelRatioF()
            self._shown = _Shown(grid, area, ratio, self._zoomed, self._shared, spacing)
            if self._zoomed is None:
                self._set_columns_wanted(self._shown.layout.columns)
        self._place_bar(grid, self._shown)
        self.update()

    def _area(self, grid: MapGrid) -> QRect:
        """The device pixels that tiles may use."""
        ratio = self.devicePixelRatioF()
        bar = BAR_HEIGHT + GRID if self._has_bar(grid) else 0
        margin = round(MARGIN * ratio)
        return QRect(
            margin,
            margin,
            max(4, int(self.width() * ratio) - 2 * margin),
            max(4, int((self.height() - bar) * ratio) - 2 * margin),
        )

    def _has_bar(self, grid: MapGrid) -> bool:
        return grid.maps.ndim == 3 and self.height() >= 4 * BAR_HEIGHT

    def _set_columns_wanted(self, columns: int) -> None:
        if columns != self._columns_wanted:
            self._columns_wanted = columns
            self.columns_wanted_changed.emit(columns)

    def _place_bar(self, grid: MapGrid | None, shown: _Shown | None) -> None:
        """The colour bar goes just under the tiles, as wide as they are."""
        if grid is None or shown is None or not self._has_bar(grid):
            self._bar.hide()
            return
        bounds, ratio = shown.layout.bounds, shown.ratio
        left, width = round(bounds.left() / ratio), round(bounds.width() / ratio)
        top = round((bounds.bottom() + 1) / ratio) + GRID
        self._bar.setGeometry(left, top, width, BAR_HEIGHT)
        self._bar.show_scale(shown.lookup, *shown.ends, self._caption(grid, shown))
        self._bar.show()

    def _caption(self, grid: MapGrid, shown: _Shown) -> str:
        return grid.meaning if shown.common else f"{grid.meaning}, each map scaled"

    def _draw(self, painter: QPainter, shown: _Shown) -> None:
        ratio, layout = shown.ratio, shown.layout
        image = shown.image
        painter.drawImage(QPointF(layout.left / ratio, layout.top / ratio), image)
        self._draw_gaps(painter, shown)
        self._draw_dividers(painter, shown)
        if self._zoomed is None:
            if self._hover is not None and self._hover[0] != self._selected:
                touched(painter, _logical(layout.tile(self._hover[0]), ratio))
            if self._selected is not None and self._selected < layout.count:
                selection(painter, _logical(layout.tile(self._selected), ratio))
        self._draw_cell(painter, shown)

    def _draw_gaps(self, painter: QPainter, shown: _Shown) -> None:
        """The dock shows between the tiles and after the last: quicker than pixels with alpha."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("surface"))
        painter.drawRects([_logical(strip, shown.ratio) for strip in gaps_of(shown.layout)])

    def _draw_dividers(self, painter: QPainter, shown: _Shown) -> None:
        if self._second is None:
            return
        layout, gap = shown.layout, max(1, round(shown.ratio))
        for unit in range(min(layout.columns, layout.count)):
            left = layout.cell(unit, 0, self._second).left() - gap // 2
            strip = QRect(left, layout.top, gap, layout.bounds.height())
            painter.fillRect(_logical(strip, shown.ratio), theme().colour("surface"))

    def _draw_cell(self, painter: QPainter, shown: _Shown) -> None:
        unit = self._selected if self._zoomed is None else 0
        if self._cell is None or unit is None or unit >= shown.layout.count:
            return
        row, column = self._cell
        if row >= shown.layout.map_height or column >= shown.layout.map_width:
            return
        rect = _logical(shown.layout.cell(unit, row, column), shown.ratio)
        short_of = max(0.0, SMALLEST_MARK - rect.width()) / 2
        marker(painter, rect.adjusted(-short_of, -short_of, short_of, short_of))

    # What is under the pointer

    def _at(self, point: QPointF) -> tuple[int, int, int] | None:
        if self._shown is None:
            return None
        ratio = self._shown.ratio
        place = self._shown.layout.at(point.x() * ratio, point.y() * ratio)
        if place is None or self._zoomed is None:
            return place
        return self._zoomed, place[1], place[2]

    def _choose(self, unit: int) -> None:
        self.select(unit)
        if self._zoomed is not None and self._zoomed != unit:
            self.zoom(unit)
        self.chosen.emit(unit)

    def _toggle_zoom(self, unit: int) -> None:
        if self._zoomed is not None:
            self._leave_zoom()
        else:
            self.zoom(unit)
            self.activated.emit(unit)

    def _leave_zoom(self) -> None:
        self.zoom(None)
        self.zoom_left.emit()

    def _walk_unit(self, down: int, across: int) -> None:
        if self._grid is None or self._shown is None:
            return
        columns = self._shown.layout.columns if self._zoomed is None else 1
        step = down * columns + across
        unit = 0 if self._selected is None else self._selected + step
        if 0 <= unit < len(self._grid.maps):
            self._choose(unit)

    def _walk_cell(self, down: int, across: int) -> None:
        if self._grid is None or self._selected is None:
            return
        height, width = self._grid.maps.shape[1:3]
        row, column = self._cell or (height // 2, width // 2)
        row, column = min(max(row + down, 0), height - 1), min(max(column + across, 0), width - 1)
        self.set_cell((row, column))
        self.clicked.emit(self._selected, row, column)

    def _name(self, unit: int) -> str:
        names = self._grid.names if self._grid else ()
        return names[unit] if unit < len(names) else f"unit {unit}"

    def _tell_assistants(self) -> None:
        grid = self._grid
        if grid is None:
            self.setAccessibleName("Maps")
            return
        selected = "" if self._selected is None else f", {self._name(self._selected)} selected"
        self.setAccessibleName(f"{len(grid.maps)} maps of {grid.layer or grid.meaning}{selected}")


class _Shown:
    """One grid in one area: where its tiles lie, their scale of values, and their picture."""

    def __init__(
        self,
        grid: MapGrid,
        area: QRect,
        ratio: float,
        zoomed: int | None,
        shared: bool | None,
        spacing: float | None,
    ) -> None:
        self._grid = grid
        self._maps = grid.maps if zoomed is None else grid.maps[zoomed : zoomed + 1]
        self._whole = zoomed is None
        self._shared = shared
        self.ratio = ratio
        height, width = self._maps.shape[1:3]
        room = area.width(), area.height()
        layout = lay_out(len(self._maps), (height, width), room, ratio, spacing)
        # many tiles begin where the text above them begins; a single picture stands in the middle
        slack = area.width() - layout.bounds.width() if len(self._maps) == 1 else 0
        self.layout = replace(layout, left=area.left() + slack // 2, top=area.top())
        self.lookup = lookup_table(DIVERGING if grid.signed else SEQUENTIAL)

    @cached_property
    def _tiles(self) -> Tiles:
        """The worker's picture where it is the one that is wanted, else one made here."""
        made = self._grid.tiles
        fits = made is not None and self._whole and made.columns == self.layout.columns
        if made is not None and fits and self._shared in (None, is_common(made)):
            return made
        return tiles(
            self._maps,
            self.layout.columns,
            shared=bool(self._shared),
            signed=self._grid.signed,
            gap=0,
            ends=self._ends_of(made) if self._shared is None else None,
        )

    @staticmethod
    def _ends_of(made: Tiles | None) -> tuple[float, float] | None:
        """The ends of the scale that the worker has put all maps on, if there is one."""
        if made is None or not is_common(made) or not len(made.levels):
            return None
        low, high = made.levels[0]
        return float(low), float(high)

    @cached_property
    def common(self) -> bool:
        """Whether one scale of values holds for all that is shown."""
        return is_common(self._tiles)

    @property
    def ends(self) -> tuple[str, str]:
        """What the first and the last colour mean."""
        if self.common:
            low, high = self._tiles.levels[0]
            return short(float(low)), short(float(high))
        return ("−max", "max") if self._grid.signed else ("min", "max")

    @cached_property
    def image(self) -> QImage:
        """All tiles as one picture of device pixels."""
        image = tile_picture(self._tiles, self.layout, self.lookup)
        image.setDevicePixelRatio(self.ratio)
        return image


def _figures(grid: MapGrid, unit: int) -> list[str]:
    """The statistics of one map: "mean 3.3"."""
    return [f"{name} {short(row[unit])}" for name, row in grid.statistics.items()]


def _logical(rect: QRect, ratio: float) -> QRectF:
    """A rectangle of device pixels, in px."""
    return QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio)
