"""Filters: the kernels that a convolution has learned."""

from __future__ import annotations

from core.results import MapGrid
from workbench.analysis_view import AnalysisView
from workbench.widgets.map_grid import MapGridView
from workbench.widgets.number_text import counted


class FiltersView(AnalysisView):
    """The kernels as tiles: in colour where the layer reads colours; a click selects the unit."""

    analysis = "filters"
    menu = "Learned"
    needs = frozenset({"unit"})

    def make_canvas(self) -> MapGridView:
        """The tiled kernels."""
        self.grid = MapGridView(empty="Choose a convolution.")
        self.grid.chosen.connect(self._on_chosen)
        self.grid.hovered.connect(
            lambda unit, row, column: self.set_readout(self.grid.readout(unit, row, column))
        )
        self.grid.hover_left.connect(lambda: self.set_readout(""))
        return self.grid

    def update_view(self) -> None:
        """Ask for the kernels, and show which unit is selected."""
        super().update_view()
        every = self.params.show == "every"
        self.grid.select(self.session.document.unit if every else None)

    def show_result(self, result: MapGrid) -> None:
        """Draw the kernels."""
        self.grid.show_grid(result)
        snapshot = self.session.snapshot(self.name)
        name = snapshot.model.name if snapshot else ""
        count, height, width = result.maps.shape[:3]
        self.set_subtitle(f"{name} {result.layer} · {counted(count, 'kernel')}, {width} × {height}")

    def clear(self) -> None:
        """Show no kernels."""
        self.grid.show_grid(None)
        self.set_subtitle("")

    def _on_chosen(self, tile: int) -> None:
        if self.params.show == "every":  # else the tiles are the inputs of one unit
            self.session.select_unit(tile)
