"""Occlusion: which part of the picture the class depends on."""

from __future__ import annotations

from dataclasses import replace

from core.results import Heatmap
from workbench.analysis_view import AnalysisView
from workbench.widgets.heatmap import HeatmapView


class OcclusionView(AnalysisView):
    """A heat map over the picture; a pointer on it tells the probability with the patch there."""

    analysis = "occlusion"
    menu = "Explain"
    workspace = "Explain"

    def make_canvas(self) -> HeatmapView:
        """The map over the frame."""
        self.map = HeatmapView(empty="Choose an image first.")
        self.map.told.connect(self.set_readout)
        return self.map

    def show_result(self, result: Heatmap) -> None:
        """Draw the map, as far as it is."""
        seen = self.session.now.seen
        if seen is not None:
            self.map.show_heat(replace(result, box=seen.box), seen.frame)
        self.set_subtitle(self._class_name())

    def clear(self) -> None:
        """Show no map."""
        self.map.show_heat(None, None)
        self.set_subtitle("")

    def _class_name(self) -> str:
        """The class that is asked about, by name."""
        snapshot, target = self.session.snapshot(self.name), self.session.document.target
        if snapshot is None:
            return ""
        if target is None:
            return f"{snapshot.model.name} · most probable class"
        return f"{snapshot.model.name} · {snapshot.model.classes[target]}"
