"""Gabor fits: learned kernels beside the Gabor functions nearest to them."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.results import GaborFits
from workbench.parts import tight
from workbench.view import AnalysisView
from workbench.widgets.gabor_grid import GaborGridView
from workbench.widgets.histogram import HistogramView

#: Height of the distribution under the kernels, in px.
QUALITY_HEIGHT = 72


class GaborView(AnalysisView):
    """Kernels and fits, best first, against what random kernels reach."""

    analysis = "gabor"
    menu = "Learned"
    needs = frozenset({"unit"})

    def make_canvas(self) -> QWidget:
        """Both as tiles, above the distribution of R²."""
        self.grid = GaborGridView(empty="Choose a convolution with kernels larger than 1 × 1.")
        self.grid.chosen.connect(self.session.select_unit)
        self.grid.told.connect(self.set_readout)
        self.quality = HistogramView()
        self.quality.setMaximumHeight(QUALITY_HEIGHT)
        canvas = QWidget()
        column = tight(QVBoxLayout(canvas))
        column.addWidget(self.grid, 1)
        column.addWidget(self.quality)
        return canvas

    def update_view(self) -> None:
        """Fit, and show which unit is selected."""
        super().update_view()
        self.grid.select(self.session.document.unit)
        self._mark_unit()

    def show_result(self, result: GaborFits) -> None:
        """Show the fits."""
        self.grid.show_fits(result)
        snapshot = self.session.snapshot(self.name)
        name = snapshot.model.name if snapshot else ""
        count, height, width = result.kernels.shape[:3]
        self.set_subtitle(
            f"{name} {result.layer} · {count} kernels, {width} × {height}, best first"
        )
        self.quality.show_values(
            result.r2,
            caption="R²",
            line=result.baseline_percentile_99,
            line_caption="random kernels",
        )
        self.quality.setVisible(bool(result.baseline_r2.size))
        self._mark_unit()
        self.say(result.meaning)

    def clear(self) -> None:
        """Show no fits."""
        self.grid.show_fits(None)
        self.quality.hide()
        self.set_subtitle("")

    def _mark_unit(self) -> None:
        """Show where the selected kernel stands in the distribution."""
        if isinstance(self.result, GaborFits):
            place = self.result.place(self.session.document.unit)
            self.quality.select(None if place is None else float(self.result.r2[place]))
