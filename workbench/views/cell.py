"""Computed: one cell of a map worked out, with every number."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.arithmetic import Largest, Mean, WeightedSum
from core.results import CellComputation, Floats
from workbench.parts import label, spoken, tight
from workbench.view import AnalysisView
from workbench.widgets.number_grid import NumberGridView

#: Terms of the sum that are written out in a line.
TERMS = 9


class CellView(AnalysisView):
    """The window under a cell, the kernel, each product, the sum, the bias, the non-linearity."""

    analysis = "cell"
    title = "Computed"
    menu = "Look"

    def make_canvas(self) -> QWidget:
        """Window, kernel and products side by side, above the sums."""
        self.window_grid = NumberGridView(caption="Window", empty="Click a cell of a map.")
        self.kernel_grid = NumberGridView(caption="Kernel")
        self.product_grid = NumberGridView(caption="Products")
        self.channel = spoken(QComboBox(), "Input channel")
        self.channel.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.channel.currentIndexChanged.connect(self._show_grids)
        self.sum = label(wraps=True)
        self.steps = label(part="secondary", wraps=True)
        self._shown: CellComputation | None = None
        grids = tight(QGridLayout())
        for column, grid in enumerate((self.window_grid, self.kernel_grid, self.product_grid)):
            grids.addWidget(grid, 0, column)
            grids.setColumnStretch(column, 1)
        self._link()
        row = tight(QHBoxLayout())
        row.addWidget(self.sum, 1)
        row.addWidget(self.channel)
        canvas = QWidget()
        column_of_all = tight(QVBoxLayout(canvas))
        column_of_all.addLayout(grids, 1)
        column_of_all.addLayout(row)
        column_of_all.addWidget(self.steps)
        return canvas

    def show_result(self, result: CellComputation) -> None:
        """Show how the cell comes about."""
        self._shown = result
        row, column = result.cell
        self.set_subtitle(f"{result.layer} · unit {result.unit}, ({row}, {column})")
        self.set_readout(f"= {result.output:.4g}")
        self._list_channels(result)
        self._show_grids()
        self.sum.setText(result.formula(TERMS))
        self.steps.setText("\n".join(f"{f.follower}: {f.formula}" for f in result.followed_by))
        self.steps.setVisible(bool(result.followed_by))

    def clear(self) -> None:
        """Show no numbers."""
        self._shown = None
        for grid in self._grids():
            grid.show_numbers(None)
        self.channel.hide()
        self.sum.setText("")
        self.steps.setText("")
        self.set_subtitle("")
        self.set_readout("")

    def _grids(self) -> tuple[NumberGridView, ...]:
        return self.window_grid, self.kernel_grid, self.product_grid

    def _link(self) -> None:
        """A number that is pointed at is outlined in all three."""
        for grid in self._grids():
            for other in self._grids():
                grid.hovered.connect(lambda r, c, other=other: other.highlight((r, c)))
                grid.hover_left.connect(lambda other=other: other.highlight(None))

    def _list_channels(self, result: CellComputation) -> None:
        """Offer the input channels of a window that has several."""
        arithmetic = result.arithmetic
        is_window = isinstance(arithmetic, WeightedSum) and arithmetic.window[0].size > 1
        count = len(arithmetic.window) if is_window else 1  # type: ignore[union-attr]
        self.channel.setVisible(count > 1)
        if self.channel.count() != count:
            self.channel.blockSignals(True)
            self.channel.clear()
            self.channel.addItems([f"Channel {index}" for index in range(count)])
            self.channel.blockSignals(False)

    def _show_grids(self) -> None:
        if self._shown is None:
            return
        arithmetic = self._shown.arithmetic
        is_sum = isinstance(arithmetic, WeightedSum)
        self.kernel_grid.setVisible(is_sum)
        self.product_grid.setVisible(is_sum)
        if isinstance(arithmetic, WeightedSum):
            self._show_sum(arithmetic)
        elif isinstance(arithmetic, Largest | Mean):
            self.window_grid.show_numbers(arithmetic.window[0], padding=~arithmetic.inside)
            self.window_grid.highlight(arithmetic.at if isinstance(arithmetic, Largest) else None)
        else:
            self.window_grid.show_numbers(None)

    def _show_sum(self, arithmetic: WeightedSum) -> None:
        parts = (arithmetic.window, arithmetic.kernel, arithmetic.products)
        channel = max(0, self.channel.currentIndex())
        for grid, part in zip(self._grids(), parts, strict=True):
            if part[0].size == 1:
                values, padding = squared(part.ravel())
            else:
                values, padding = part[channel], ~arithmetic.inside
            grid.show_numbers(values, padding=None if grid is self.kernel_grid else padding)


def squared(values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """A vector [n] as a matrix about as wide as high, and which of its cells are left over."""
    columns = ceil(sqrt(values.size))
    rows = ceil(values.size / columns)
    matrix = np.zeros(rows * columns, np.float32)
    matrix[: values.size] = values
    spare = np.arange(rows * columns) >= values.size
    return matrix.reshape(rows, columns), spare.reshape(rows, columns)
