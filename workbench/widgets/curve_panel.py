"""One panel of curves: a caption, a legend that tells values, and a plot without ornaments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.results import Series
from workbench.theme import SMALL, font, theme
from workbench.widgets.hues import hue
from workbench.widgets.legend import LINE, Entry, Legend
from workbench.widgets.number_text import short
from workbench.widgets.plot_axis import PlotAxis

#: Names that end so are drawn faint, in the colour of the name before it.
RAW = " raw"
#: How opaque such a curve is, 0..255.
FAINT = 60
#: Wider pens are slow: only curves of few points get one, and those of very few show each point.
FEW, VERY_FEW = 300, 30
#: Points that show a smooth curve as well as all do.
ENOUGH = 150
#: Width of the vertical axes, the same in all panels so that they align, in px.
AXIS = 40
#: How visible the horizontal lines are, 0..255.
GRID_LINES = 160


class CurvePanel(QWidget):
    """Curves of one unit.  `hovered` tells the horizontal value under the pointer."""

    hovered = Signal(float)
    left = Signal()
    zoomed = Signal()
    all_wanted = Signal()

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: Mapping[str, Series] = {}
        self._numbers: Mapping[str, int] = {}
        self._items: dict[str, pg.PlotDataItem] = {}
        self._dresses: dict[str, _Dress] = {}
        self._cursor: float | None = None
        self._caption = QLabel(caption)
        self._caption.setProperty("part", "caption")
        self._caption.setFixedHeight(LINE)
        self.legend = Legend()
        self.plot = _Plot()
        self.plot.left.connect(self.left)
        self.plot.all_wanted.connect(self.all_wanted)
        self.plot.getViewBox().sigRangeChangedManually.connect(lambda _: self.zoomed.emit())
        self.plot.scene().sigMouseMoved.connect(self._on_moved)
        self._line = pg.InfiniteLine(angle=90)
        self._line.hide()
        self.plot.addItem(self._line, ignoreBounds=True)
        self._lay_out()
        self.dress()

    @property
    def items(self) -> Mapping[str, pg.PlotDataItem]:
        """What is drawn, by name."""
        return self._items

    def leave_room(self, width: int) -> None:
        """Keep the right end of the line with the caption free."""
        self._header.setContentsMargins(0, 0, width, 0)

    def show_series(self, series: Mapping[str, Series], numbers: Mapping[str, int]) -> None:
        """Draw curves by name; `numbers` are those of their colours."""
        renumbered = dict(numbers) != dict(self._numbers)
        self._series, self._numbers = series, dict(numbers)
        for name in set(self._items) - set(series):
            self.plot.removeItem(self._items.pop(name))
            del self._dresses[name]
        for name, curve in series.items():
            if name not in self._items:
                self._items[name] = self._new_item(name)
            drawn = _thinned(curve) if name + RAW in series else curve
            self._items[name].setData(drawn.x, drawn.y)
        if renumbered:
            self.dress()
        for name in series:
            self._dress_item(name)
        # Before they are painted: a range that changes as they are has them painted twice.
        self.plot.getViewBox().prepareForPaint()
        self._tell()

    def set_cursor(self, x: float | None) -> None:
        """Put the upright line at a horizontal value, and tell the values there."""
        self._cursor = x
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setPos(x)
        self._tell()

    def set_log(self, log: bool) -> None:
        """Make the vertical axis logarithmic, or linear."""
        self.plot.setLogMode(y=log)

    def set_horizontal(self, caption: str | None) -> None:
        """Name the horizontal axis below the plot; None: leave its values out too."""
        axis = self.plot.getAxis("bottom")
        axis.setStyle(showValues=caption is not None)
        axis.setLabel(caption or "")
        axis.showLabel(bool(caption))
        axis.setHeight(None if caption is not None else 4)

    def set_bare(self, bare: bool) -> None:
        """Leave the caption and the legend out, where there is no room."""
        self._caption.setVisible(not bare)
        self.legend.setVisible(not bare)

    def dress(self) -> None:
        """Take the colours of the theme in force."""
        look = theme()
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(look.line))
            axis.setTextPen(pg.mkPen(look.secondary))
            axis.setTickFont(font(SMALL))
            axis.label.setFont(font(SMALL))
        self._line.setPen(pg.mkPen(look.secondary))
        for name in self._items:
            self._dress_item(name)

    def _lay_out(self) -> None:
        self._header = QHBoxLayout()
        self._header.setSpacing(12)
        self._header.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignTop)
        self._header.addWidget(self.legend, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._header)
        layout.addWidget(self.plot, 1)

    def _new_item(self, name: str) -> pg.PlotDataItem:
        item = pg.PlotDataItem(antialias=True, connect="finite", symbolPen=None, symbolSize=5)
        item.setDownsampling(auto=True, method="peak")
        item.setClipToView(True)
        item.setZValue(0 if name.endswith(RAW) else 1)
        self.plot.addItem(item)
        return item

    def _dress_item(self, name: str) -> None:
        item = self._items[name]
        count = 0 if item.xData is None else len(item.xData)
        raw = name.endswith(RAW)
        width = 2 if count <= FEW and not raw else 1
        symbol = "o" if count <= VERY_FEW and not raw else None
        dress = _Dress(self._colour(name).rgba(), width, symbol)
        if dress != self._dresses.get(name):  # each of these calls makes the curve anew
            self._dresses[name] = dress
            colour = QColor.fromRgba(dress.colour)
            item.setPen(pg.mkPen(colour, width=width))
            item.setSymbol(symbol)
            item.setSymbolBrush(colour)

    def _colour(self, name: str) -> QColor:
        colour = hue(self._numbers.get(name.removesuffix(RAW), 0))
        if name.endswith(RAW):
            colour.setAlpha(FAINT)
        return colour

    def _tell(self) -> None:
        """The value of each curve at the upright line, or its last one."""
        self.legend.show_entries(
            [
                Entry(name, self._numbers.get(name, 0), _value(curve, self._cursor))
                for name, curve in self._series.items()
                if not name.endswith(RAW)
            ]
        )

    def _on_moved(self, point: QPointF) -> None:
        box = self.plot.getViewBox()
        if box.sceneBoundingRect().contains(point):
            self.hovered.emit(box.mapSceneToView(point).x())
        else:
            self.left.emit()


class _Dress(NamedTuple):
    """How a curve is drawn."""

    colour: int
    width: int
    symbol: str | None


class _Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot without frame, buttons and menus, that is zoomed along its horizontal axis."""

    left = Signal()
    all_wanted = Signal()

    def __init__(self) -> None:
        axes = {side: PlotAxis(side) for side in ("left", "bottom")}
        super().__init__(background=None, axisItems=axes)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are for all panels together
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        self.getViewBox().setAutoVisible(y=True)
        self.setMinimumHeight(32)
        vertical = self.getAxis("left")
        vertical.setWidth(AXIS)
        vertical.setStyle(autoExpandTextSpace=False)  # or it is laid out as it is painted
        vertical.setGrid(GRID_LINES)
        for axis in axes.values():
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=6)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is on no value any more."""
        self.left.emit()
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        """Show all values again."""
        self.all_wanted.emit()


def _thinned(curve: Series) -> Series:
    """Every so many points of a smooth curve: then a wider pen costs little."""
    places = np.linspace(0, len(curve.x) - 1, ENOUGH).round().astype(np.intp)
    return curve if len(curve.x) <= ENOUGH else Series(curve.x[places], curve.y[places])


def _value(curve: Series, x: float | None) -> str:
    known = np.flatnonzero(np.isfinite(curve.y))
    if not len(known):
        return "–"
    if x is None:
        return short(float(curve.y[known[-1]]))
    nearest = known[np.abs(curve.x[known] - x).argmin()]
    return short(float(curve.y[nearest]))
