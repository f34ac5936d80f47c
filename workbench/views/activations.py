"""Activations: all channels of the chosen layer, live."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.results import MapGrid
from workbench.analysis_view import AnalysisView
from workbench.parts import tight
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.map_grid import MapGridView
from workbench.widgets.number_text import counted


class ActivationsView(AnalysisView):
    """What every channel of the layer does with the present input; a click selects one."""

    analysis = "activations"
    needs = frozenset({"unit", "cell"})

    def make_canvas(self) -> QWidget:
        """The tiled maps, below the statistics of the selected one."""
        self.grid = MapGridView(empty="Choose a layer that gives maps.")
        self.grid.clicked.connect(self._on_clicked)
        self.grid.chosen.connect(self._on_chosen)
        self.grid.hovered.connect(self._on_hovered)
        self.grid.hover_left.connect(self._on_hover_left)
        self.grid.columns_wanted_changed.connect(lambda columns: self._watch())
        self._pointer: tuple[int, int, int] | None = None
        self.summary = ElidedLabel(part="caption")
        canvas = QWidget()
        column = tight(QVBoxLayout(canvas))
        column.addWidget(self.summary)
        column.addWidget(self.grid, 1)
        return canvas

    @property
    def params(self) -> Any:
        """The options, with the columns that fit the dock, so that the worker tiles them."""
        params = super().params
        return replace(params, columns=params.columns or self.grid.columns_wanted)

    def update_view(self) -> None:
        """Ask for the layer's maps, and show which unit and cell are selected."""
        super().update_view()
        document = self.session.document
        self.grid.select(document.unit)
        self.grid.set_cell(document.cell)
        self._sum_up()

    def show_result(self, result: MapGrid) -> None:
        """Draw the maps."""
        self.grid.show_grid(result)
        count, *size = result.maps.shape[:3]
        shape = " × ".join(str(n) for n in reversed(size))
        self.set_subtitle(f"{result.layer} · {counted(count, 'map')}, {shape}")
        self._sum_up()
        self._tell()

    def clear(self) -> None:
        """Show no maps."""
        self.grid.show_grid(None)
        self.set_subtitle("")
        self._sum_up()

    def _on_clicked(self, unit: int, row: int, column: int) -> None:
        self.session.select_unit(unit, (row, column))

    def _on_chosen(self, unit: int) -> None:
        if unit != self.session.document.unit:
            self.session.select_unit(unit, self.session.document.cell)

    def _on_hovered(self, unit: int, row: int, column: int) -> None:
        self._pointer = (unit, row, column)
        self._tell()

    def _on_hover_left(self) -> None:
        self._pointer = None
        self._tell()

    def _sum_up(self) -> None:
        self.summary.set_text(self.grid.summary(self.session.document.unit))

    def _tell(self) -> None:
        self.set_readout(self.grid.readout(*self._pointer) if self._pointer else "")
