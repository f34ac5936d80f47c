"""Unit: the selected unit, large: its kernel, the Gabor nearest to it, what is left, its map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.analysis.declare import ANALYSES, Inputs
from core.analysis.live import Request
from core.analysis.methods.activations import ActivationsParams
from core.errors import UserError
from core.results import GaborFits, MapGrid
from workbench.parts import label, tight
from workbench.session import Session
from workbench.view import View
from workbench.widgets.map_grid import MapGridView
from workbench.widgets.number_text import short
from workbench.widgets.polar import PolarView


class UnitView(View):
    """What one unit has learned, among all units of its layer."""

    title = "Unit"
    menu = "Learned"
    needs = frozenset({"model", "snapshot", "layer", "unit"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._fits: GaborFits | None = None
        self._again = False
        self._busy = False
        self.parts = MapGridView(empty="Choose a unit of a convolution.")
        self.parts.set_shared(True)  # what is left over must not look as strong as the kernel
        self.parts.hovered.connect(self._on_hovered)
        self.parts.hover_left.connect(partial(self.set_readout, ""))
        self.caption = label("Kernel, Gabor fit, residual", "caption")
        self.caption.hide()
        self.map = MapGridView(empty="Choose an image first.")
        self.population = PolarView(empty="No fits to compare with.")
        self.population.clicked.connect(self._on_clicked)
        self.figures = {name: label("–", "number") for name in _FIGURES}
        self.message = label(part="secondary", wraps=True)
        self._lay_out()
        session.seen.connect(self._on_seen)

    def update_view(self) -> None:
        """Fit the layer's kernels, and show the selected one."""
        snapshot, layer = self.session.snapshot(self.name), self.session.layer(self.name)
        if snapshot is None or self.session.engine is None:
            return
        inputs = Inputs(snapshot=snapshot, layer=layer, device=self.session.engine.device)
        params = ActivationsParams()
        self.session.watch(self.name, Request(self.name, "activations", inputs, params))
        if self._busy:
            self._again = True  # while training goes on, each fit is finished before the next
            return
        self._busy = True
        self.session.start(
            "Fitting the unit",
            partial(ANALYSES["gabor"].start, replace(inputs, device="cpu")),
            lane="analyse",
            key="view unit",
            on_done=self._on_fits,
            on_error=self._on_error,
        )

    def exportable(self) -> GaborFits | None:
        """The fits that the unit is one of."""
        return self._fits

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow dock the population would be a few dots, and the figures cut off."""
        super().resizeEvent(event)
        self.population.setVisible(self.width() >= WITH_POPULATION)

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock asks for nothing."""
        super().hideEvent(event)
        self.session.watch(self.name, None)
        self._stale = True

    def _on_fits(self, fits: GaborFits) -> None:
        self._fits = fits
        self._show_unit(fits)
        self._finish()

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._fits = None
        self.set_subtitle("")
        self.caption.hide()
        self.parts.show_grid(None)
        self.population.show_points(None, None)
        for figure in self.figures.values():
            figure.setText("–")
        self._say(str(error))
        self._finish()

    def _finish(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.refresh()

    def _show_unit(self, fits: GaborFits) -> None:
        unit = min(self.session.document.unit, len(fits.unit) - 1)
        place = fits.place(unit)
        if place is None:
            return
        verdict = "like a Gabor" if fits.gabor_like[place] else "no better than random kernels"
        self.set_subtitle(f"{fits.layer} · unit {unit} · {verdict}")
        self.caption.show()
        self.parts.show_grid(_side_by_side(fits, place))
        self.population.show_points(
            fits.orientation_deg,
            fits.wavelength_px,
            strong=fits.gabor_like,
        )
        self.population.select(place)
        for name, text in _figures(fits, place).items():
            self.figures[name].setText(text)
        self._say("")

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def _on_hovered(self, part: int, row: int, column: int) -> None:
        self.set_readout(self.parts.readout(part, row, column))

    def _on_clicked(self, place: int) -> None:
        if self._fits is not None:
            self.session.select_unit(int(self._fits.unit[place]))

    def _on_seen(self) -> None:
        seen = self.session.now.seen
        result = seen.results.get(self.name) if seen is not None and self.isVisible() else None
        if not isinstance(result, MapGrid):
            return
        unit = min(self.session.document.unit, len(result.maps) - 1)
        one = replace(result, maps=result.maps[unit : unit + 1], tiles=None, statistics={})
        self.map.show_grid(replace(one, names=(f"map of unit {unit}",)))

    def _lay_out(self) -> None:
        figures = tight(QFormLayout(), 4)
        figures.setHorizontalSpacing(10)
        for name, value in self.figures.items():
            figures.addRow(label(name, "secondary"), value)
        below = tight(QHBoxLayout(), 16)
        below.addWidget(self.map, 3)
        below.addLayout(figures, 2)
        below.addWidget(self.population, 3)
        column = tight(QVBoxLayout(self))
        column.addWidget(self.caption)
        column.addWidget(self.parts, 1)
        column.addLayout(below, 1)
        column.addWidget(self.message)
        self.message.hide()


#: The view's width from which on there is room for the population, in px.
WITH_POPULATION = 340

_FIGURES = ("R²", "Orientation", "Wavelength", "Bandwidth", "Phase", "Aspect")


def _figures(fits: GaborFits, place: int) -> dict[str, str]:
    bandwidth: Any = fits.bandwidth_octaves[place]
    return {
        "R²": f"{fits.r2[place]:.3f}",
        "Orientation": f"{fits.orientation_deg[place]:.0f}°",
        "Wavelength": f"{fits.wavelength_px[place]:.1f} px",
        "Bandwidth": f"{bandwidth:.1f} oct" if np.isfinite(bandwidth) else "passes 0",
        "Phase": f"{short(round(float(fits.phase_deg[place])))}°",
        "Aspect": f"{fits.aspect[place]:.2f}",
    }


def _side_by_side(fits: GaborFits, place: int) -> MapGrid:
    """Kernel, fit and residual of one unit."""
    maps = np.stack([fits.kernels[place], fits.fits[place], fits.residuals[place]])
    meaning = "share of the kernel's largest weight"
    return MapGrid(maps, meaning, maps.ndim == 3, fits.layer, ("kernel", "Gabor fit", "residual"))
