"""Health: gradients, weights and activations of each layer while it trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.results import Floats, Table
from core.training.diagnoses import dead_units, saturated_activations
from core.training.fitting import trainable_spec
from core.training.observation import ActivationRow, Histogram, Observation, WeightRow
from workbench.parts import scrolled, tight
from workbench.session import Session
from workbench.view import View
from workbench.widgets.histogram import HistogramView
from workbench.widgets.layer_gauges import Column, Gauge, GaugeRow, LayerGauges
from workbench.widgets.log_plot import LogPlot

#: Lower than this, in px, there is room for the layers alone; narrower, for no distributions.
LOW, NARROW = 130, 330
#: Bars that hold fewer values than this on average are joined in pairs.
FEW = 12

COLUMNS = (
    Column("gradient", "Norm of the loss's gradient, on a logarithmic scale, over the steps"),
    Column("weights", "Norm of the weights, biases left out"),
    Column(
        "update",
        "How much of the weights a step changes: about 0.001 is healthy, 0.1 too much",
    ),
    Column("dead", "Units that gave nothing above 0 for the last pictures", False, dead_units.MANY),
    Column("saturated", "Values where tanh or sigmoid is flat", False, saturated_activations.MANY),
)


class HealthView(View):
    """A row a layer; the selected one with its curves and distributions."""

    title = "Health"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._subtitle = ""
        self._is_told = False
        self.layers = LayerGauges(COLUMNS, empty="Train a network: its layers are measured here.")
        self.layers.chosen.connect(session.select_layer)
        self.layers.hovered.connect(self._on_hovered)
        self.plot = LogPlot(empty="Select a layer with weights.")
        self.weights = HistogramView(empty="No weights to count.")
        self.activations = HistogramView(empty="No activations to count.")
        self.details = QWidget()
        self._lay_out()

    def update_view(self) -> None:
        """Show the newest observation, and more of the selected layer."""
        training = self.session.now.training
        seen: Observation | None = training.report.observation if training is not None else None
        self._is_told = seen is not None
        self._make_room()
        if training is None or seen is None:
            self.layers.show_rows(())
            self._tell("")
            return
        spec = trainable_spec(training.report.snapshot.model)
        order = [node.name for node in spec.nodes]
        self._tell(f"{spec.name} · step {seen.step:,}")
        self.layers.show_rows(sorted(_rows(seen), key=lambda row: order.index(row.layer)))
        layer = self.session.document.layer
        self.layers.select(layer)
        self._show_weights(seen, _nearest(seen.weights, order, layer))
        self._show_activation(_following(seen.activations, order, layer))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what would be cut off."""
        super().resizeEvent(event)
        self._make_room()

    def exportable(self) -> Table | None:
        """The numbers of the layers now."""
        if not self.layers.rows:
            return None
        names = [column.name for column in COLUMNS]
        rows = ((row.layer, *_values(row, names)) for row in self.layers.rows)
        return Table(("layer", *names), tuple(rows), self._subtitle)

    def _make_room(self) -> None:
        self.details.setVisible(self._is_told and self.height() >= LOW)
        for distribution in (self.weights, self.activations):
            distribution.setVisible(self.width() >= NARROW)

    def _show_weights(self, seen: Observation, row: WeightRow | None) -> None:
        history, lines = seen.history, dict[str, Floats]()
        if row is not None:
            place = seen.weights.index(row)
            courses = (history.gradient_norm, history.weight_norm, history.update_ratio)
            lines = {
                column.name: course[:, place]
                for column, course in zip(COLUMNS[:3], courses, strict=True)
            }
        self.plot.show_lines(history.steps, lines)
        _show(
            self.weights, row.histogram if row else None, f"weights of {row.layer}" if row else ""
        )

    def _show_activation(self, row: ActivationRow | None) -> None:
        _show(self.activations, row.histogram if row else None, f"{row.layer} gives" if row else "")

    def _tell(self, text: str) -> None:
        self._subtitle = text
        self.set_subtitle(text)

    def _on_hovered(self, layer: str, column: str) -> None:
        row = next((row for row in self.layers.rows if row.layer == layer), None)
        self.set_readout(self.layers.told(row) if row is not None else "")

    def _lay_out(self) -> None:
        inner = QWidget()
        rows = tight(QVBoxLayout(inner), 0)
        rows.addWidget(self.layers)
        rows.addStretch(1)
        area = scrolled(inner)
        below = tight(QHBoxLayout(self.details), 16)
        below.addWidget(self.plot, 5)
        below.addWidget(self.weights, 3)
        below.addWidget(self.activations, 3)
        column = tight(QVBoxLayout(self))
        column.addWidget(area, 3)
        column.addWidget(self.details, 2)


def _rows(seen: Observation) -> Iterator[GaugeRow]:
    """A row for each layer with weights, and for each activation."""
    past = seen.history
    for place, row in enumerate(seen.weights):
        numbers = (row.gradient_norm, row.weight_norm, row.update_ratio)
        courses = (past.gradient_norm, past.weight_norm, past.update_ratio)
        yield _row(row.layer, COLUMNS[:3], numbers, [course[:, place] for course in courses])
    for place, one in enumerate(seen.activations):
        shares = (one.dead_share, one.saturated)
        yield _row(one.layer, COLUMNS[3:], shares, [past.dead[:, place], past.saturated[:, place]])


def _row(
    layer: str, columns: Sequence[Column], values: Sequence[float], courses: Sequence[Floats]
) -> GaugeRow:
    cells = zip(columns, values, courses, strict=True)
    return GaugeRow(layer, {column.name: Gauge(now, past) for column, now, past in cells})


def _values(row: GaugeRow, names: Sequence[str]) -> Iterator[float | None]:
    for name in names:
        yield row.gauges[name].value if name in row.gauges else None


def _nearest(rows: Sequence[WeightRow], order: Sequence[str], layer: str) -> WeightRow | None:
    """The row of a layer, or else of the last one with weights before it."""
    place = order.index(layer) if layer in order else len(order)
    before = [row for row in rows if order.index(row.layer) <= place]
    return before[-1] if before else None


def _following(
    rows: Sequence[ActivationRow], order: Sequence[str], layer: str
) -> ActivationRow | None:
    """The row of an activation, or else of the first one after a layer."""
    place = order.index(layer) if layer in order else 0
    return next((row for row in rows if order.index(row.layer) >= place), None)


def _show(view: HistogramView, histogram: Histogram | None, caption: str) -> None:
    """Draw a distribution; none where there is none, or where its values were no numbers."""
    if histogram is None or not histogram.counts.any():
        view.show_counts(np.zeros(0, np.int64))
        return
    counts = histogram.counts
    while counts.mean() < FEW and len(counts) % 2 == 0:
        counts = counts.reshape(-1, 2).sum(1)
    view.show_counts(counts, ends=(histogram.low, histogram.high), caption=caption)
