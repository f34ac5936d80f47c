"""Learned kernels beside the Gabor functions nearest to them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.results import GaborFits, MapGrid
from workbench.theme import GRID
from workbench.widgets.empty import EmptyState
from workbench.widgets.histogram import HistogramView
from workbench.widgets.map_grid import MapGridView

#: Height of the histogram, and what must be left for the tiles to show it, in px.
HISTOGRAM, LOWEST_WITH_HISTOGRAM = 96, 280
#: R² is counted in steps of this many to 1.
BARS = 20


class GaborGridView(QWidget):
    """Kernels and fits as tiles, best first: two grids, or pairs; below, how good the fits are."""

    #: The unit of the kernel that was selected.
    chosen = Signal(int)
    #: What there is to tell about the kernel under the pointer; nothing once it is left.
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._fits: GaborFits | None = None
        self._unit: int | None = None
        self.learned, self.fitted, self.pairs = MapGridView(), MapGridView(), MapGridView()
        self.histogram = HistogramView()
        self.histogram.setFixedHeight(HISTOGRAM)
        self.as_pairs = QToolButton()
        self.as_pairs.setText("Pairs")
        self.as_pairs.setCheckable(True)
        self.as_pairs.setToolTip("Show each kernel beside its fit")
        self.as_pairs.toggled.connect(self._on_pairs_toggled)
        self._captions = _caption("Learned"), _caption("Gabor fit")
        self._empty = EmptyState(empty)
        self._lay_out()
        for grid in self._grids:
            self._connect(grid)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernels and Gabor fits")
        self.show_fits(None)

    @property
    def fits(self) -> GaborFits | None:
        """The fits on show."""
        return self._fits

    @property
    def selected(self) -> int | None:
        """The unit with the accent outline."""
        return self._unit

    def show_fits(self, fits: GaborFits | None) -> None:
        """Show other fits, or the same ones after more training."""
        self._fits = fits
        self._pages.setCurrentIndex(1 if fits is None else 0)
        if fits is None:
            for grid in self._grids:
                grid.show_grid(None)
            return
        self.learned.show_grid(fits.grid("kernels"))
        self.fitted.show_grid(fits.grid("fits"))
        self.pairs.set_pairs(fits.kernels.shape[2])
        self.pairs.show_grid(_paired(fits))
        self._count(fits)
        self._show_selected()

    def select(self, unit: int | None) -> None:
        """Outline the kernel of a unit, and its fit."""
        self._unit = unit
        self._show_selected()

    def sizeHint(self) -> QSize:
        """Large: pictures get the space."""
        return QSize(560, 420)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(160, 100)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where the widget is wide, one above the other where it is high."""
        direction = QBoxLayout.Direction
        wide = self.width() >= self.height() - HISTOGRAM
        self._both.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self.histogram.setVisible(self.height() >= LOWEST_WITH_HISTOGRAM)

    @property
    def _grids(self) -> tuple[MapGridView, MapGridView, MapGridView]:
        return self.learned, self.fitted, self.pairs

    def _lay_out(self) -> None:
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(2 * GRID)
        for caption, grid in zip(self._captions, (self.learned, self.fitted), strict=True):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(caption)
            column.addWidget(grid, 1)
            self._both.addLayout(column, 1)
        sides = QWidget()
        sides.setLayout(self._both)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._ways = QStackedLayout()
        self._ways.addWidget(sides)
        self._ways.addWidget(self.pairs)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._ways, 1)
        column.addLayout(self._foot())
        self._pages = QStackedLayout(self)
        self._pages.addWidget(page)
        self._pages.addWidget(self._empty)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(2 * GRID)
        foot.addWidget(self.histogram, 100)
        foot.addStretch(1)
        foot.addWidget(self.as_pairs, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _connect(self, grid: MapGridView) -> None:
        grid.set_shared(True)
        grid.chosen.connect(self._on_chosen)
        grid.hovered.connect(self._on_hovered)
        grid.hover_left.connect(self._on_hover_left)
        grid.activated.connect(self._on_activated)
        grid.zoom_left.connect(lambda: self._on_activated(None))

    def _count(self, fits: GaborFits) -> None:
        line = fits.baseline_percentile_99
        like = int(fits.gabor_like.sum())
        self.histogram.show_values(
            fits.r2,
            bars=BARS,
            caption="R²" if line is None else f"R² · {like} of {len(fits.r2)} beat random kernels",
            line=line,
            line_caption="" if line is None else "99 % of random kernels",
        )

    def _show_selected(self) -> None:
        fits = self._fits
        place = None if fits is None or self._unit is None else fits.place(self._unit)
        for grid in self._grids:
            grid.select(place)
        self.histogram.select(None if fits is None or place is None else float(fits.r2[place]))

    def _words(self, place: int) -> str:
        fits = self._fits
        if fits is None or place >= len(fits.unit):
            return ""
        parts = [
            f"unit {fits.unit[place]}",
            f"R² {fits.r2[place]:.3f}",
            f"{fits.orientation_deg[place]:.0f}°",
            f"{fits.wavelength_px[place]:.1f} px",
        ]
        return " · ".join([*parts, "like a Gabor"] if fits.gabor_like[place] else parts)

    def _on_chosen(self, place: int) -> None:
        if self._fits is not None:
            self.select(int(self._fits.unit[place]))
            self.chosen.emit(self._unit)

    def _on_hovered(self, place: int, row: int, column: int) -> None:
        for grid in self._grids:
            if grid is not self.sender():
                grid.touch(place)
        self.told.emit(self._words(place))

    def _on_hover_left(self) -> None:
        for grid in self._grids:
            grid.touch(None)
        self.told.emit("")

    def _on_activated(self, place: int | None) -> None:
        for grid in self._grids:
            if grid.zoomed != place:
                grid.zoom(place)

    def _on_pairs_toggled(self, pairs: bool) -> None:
        self._ways.setCurrentIndex(1 if pairs else 0)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("part", "caption")
    return label


def _paired(fits: GaborFits) -> MapGrid:
    """Each kernel with its fit at its right, as one map."""
    learned = fits.grid("kernels")
    both = np.concatenate([fits.kernels, fits.fits], axis=2)
    return MapGrid(
        both, learned.meaning, learned.signed, fits.layer, learned.names, learned.statistics
    )
