"""Computed: one cell of a map worked out, with every number."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.results import CellComputation
from workbench.analysis_view import AnalysisView
from workbench.parts import label, tight
from workbench.widgets.arithmetic_view import ArithmeticView


class CellView(AnalysisView):
    """The numbers that a cell comes from, how they make it, and what becomes of it."""

    analysis = "cell"
    title = "Computed"
    menu = "Look"

    def make_canvas(self) -> QWidget:
        """The arithmetic above the steps that follow."""
        self.arithmetic = ArithmeticView()
        self.arithmetic.set_empty("Click a cell of a map.")
        self.steps = label(part="secondary", wraps=True)
        canvas = QWidget()
        column = tight(QVBoxLayout(canvas))
        column.addWidget(self.arithmetic, 1)
        column.addWidget(self.steps)
        return canvas

    def update_view(self) -> None:
        """Work out the chosen cell; without one, wait for it."""
        if self.session.document.cell is not None:
            super().update_view()
            return
        self.stop()
        self.session.watch(self.name, None)
        self.clear()
        self.say("")

    def show_result(self, result: CellComputation) -> None:
        """Show how the cell comes about."""
        row, column = result.cell
        self.set_subtitle(f"{result.layer} · unit {result.unit}, ({row}, {column})")
        self.set_readout(f"= {result.output:.4g}")
        self.arithmetic.show_arithmetic(result.arithmetic)
        self.steps.setText("\n".join(f"{f.follower}: {f.formula}" for f in result.followed_by))
        self.steps.setVisible(bool(result.followed_by))

    def clear(self) -> None:
        """Show no numbers."""
        self.arithmetic.show_arithmetic(None)
        self.steps.setText("")
        self.set_subtitle("")
        self.set_readout("")
