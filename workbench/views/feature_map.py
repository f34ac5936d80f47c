"""Map of features: samples that look alike to a layer lie near each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.data.datasets import load_samples
from core.data.source import Source
from core.results import Bytes, Placement, Scatter
from workbench.analysis_view import AnalysisView
from workbench.data_box import DataBox
from workbench.parts import label, tight
from workbench.session import Session
from workbench.widgets.scatter import ScatterView

#: The data set that is chosen at first, and the split that is drawn from.
FIRST_DATA, SPLIT = "fashion_mnist", "test"


class FeatureMapView(AnalysisView):
    """A t-SNE map that grows live, with the present input as a moving dot."""

    analysis = "embedding"
    title = "Map of features"
    menu = "Learned"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self.data = DataBox(FIRST_DATA)
        super().__init__(session, parent)
        self.data.refused.connect(lambda why: self.say(why, problem=True))
        self.data.changed.connect(self.run)
        assert self.form is not None
        self.options = QWidget()
        column = tight(QVBoxLayout(self.options))
        column.addWidget(label("Data set", "secondary"))
        column.addWidget(self.data)
        column.addWidget(self.form)
        session.seen.connect(self._on_frame)

    def make_canvas(self) -> ScatterView:
        """The points."""
        self.scatter = ScatterView(empty="Choose a data set and a layer.")
        self.scatter.clicked.connect(self._on_clicked)
        self.scatter.set_thumbnail_source(self._thumbnail)
        return self.scatter

    def layer(self) -> str:
        """The chosen layer, or where the network has no such: the last but the output."""
        rows = self.session.table(self.name)
        if any(row.name == self.session.document.layer for row in rows):
            return self.session.document.layer
        vectors = [row.name for row in rows[:-1] if row.shape and len(row.shape) == 1]
        return vectors[-1] if vectors else self.session.layer(self.name)

    def work(self) -> Callable[[], Any]:
        """Read the samples on the lane, then make the map."""
        inputs, params, data = self.inputs(), self.params, self._data_name()
        return lambda: self.declared.start(
            replace(inputs, samples=load_samples(data, SPLIT)), params
        )

    def update_view(self) -> None:
        """Make the map anew, but not for every moment of a training."""
        if self.session.now.followed is None or self.result is None:
            super().update_view()

    def show_result(self, result: Scatter) -> None:
        """Show the points as they are."""
        self.scatter.show_scatter(result)
        snapshot = self.session.snapshot(self.name)
        name = snapshot.model.name if snapshot else ""
        layer = result.space.layer if result.space else ""
        self.set_subtitle(f"{name} {layer} · {len(result.points):,} samples")
        figures = (f"{name} {value:.2f}" for name, value in result.statistics.items())
        self.say(" · ".join(figures))
        self._follow_input(result)

    def clear(self) -> None:
        """Show no points."""
        self.scatter.show_scatter(None)
        self.set_subtitle("")

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the present input again."""
        super().showEvent(event)
        if isinstance(self.result, Scatter):
            self._follow_input(self.result)

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock follows nothing."""
        super().hideEvent(event)
        self.session.watch(self.name, None)

    def _follow_input(self, result: Scatter) -> None:
        """Ask where the present input lies, with every frame."""
        snapshot = self.session.snapshot(self.name)
        if snapshot is not None and result.space is not None and self.isVisible():
            inputs = Inputs(snapshot=snapshot, reference=result)
            self.session.watch(self.name, Request(self.name, "place", inputs))

    def _on_frame(self) -> None:
        seen = self.session.now.seen
        placed = seen.results.get(self.name) if seen is not None else None
        if isinstance(placed, Placement) and self.isVisible():
            self.scatter.set_dot((float(placed.point[0]), float(placed.point[1])))

    def _on_clicked(self, position: int) -> None:
        if isinstance(self.result, Scatter):
            self.scatter.select(position)
            index = int(self.result.index[position])
            self.session.look_at(Source("sample", self._data_name(), SPLIT, index))

    def _thumbnail(self, position: int) -> Bytes:
        return load_samples(self._data_name(), SPLIT).frame(int(self.result.index[position]))

    def _data_name(self) -> str:
        return self.data.text
