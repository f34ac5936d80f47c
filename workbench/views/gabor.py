"""Gabor fits: learned kernels beside the Gabor functions nearest to them."""

from __future__ import annotations

from core.results import GaborFits
from workbench.analysis_view import AnalysisView
from workbench.widgets.gabor_grid import GaborGridView
from workbench.widgets.number_text import counted


class GaborView(AnalysisView):
    """Kernels and fits, best first, against what random kernels reach."""

    analysis = "gabor"
    menu = "Learned"
    needs = frozenset({"unit"})

    def make_canvas(self) -> GaborGridView:
        """Both as tiles, above the distribution of R²."""
        self.grid = GaborGridView(empty="Choose a convolution with kernels larger than 1 × 1.")
        self.grid.chosen.connect(self.session.select_unit)
        self.grid.told.connect(self.set_readout)
        return self.grid

    def update_view(self) -> None:
        """Fit, and show which unit is selected."""
        super().update_view()
        self.grid.select(self.session.document.unit)

    def show_result(self, result: GaborFits) -> None:
        """Show the fits."""
        self.grid.show_fits(result)
        snapshot = self.session.snapshot(self.name)
        name = snapshot.model.name if snapshot else ""
        count, height, width = result.kernels.shape[:3]
        self.set_subtitle(
            f"{name} {result.layer} · {counted(count, 'kernel')}, {width} × {height}, best first"
        )
        self.say(result.meaning)

    def clear(self) -> None:
        """Show no fits."""
        self.grid.show_fits(None)
        self.set_subtitle("")
