"""Curves over one horizontal axis, a panel for each unit."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.results import Curves
from workbench.theme import look
from workbench.widgets.curve_panel import RAW, CurvePanel
from workbench.widgets.drawing import crisp, sentence

#: A panel lower than this goes without its caption and legend, in px.
LOWEST_PANEL = 84


class CurvesView(QWidget):
    """Panels one above the other over one horizontal axis.

    The legends tell the last values, or those under the pointer.  The wheel zooms along the
    axis, dragging moves, a double click shows all again.
    """

    #: The horizontal value under the pointer.
    hovered = Signal(float)
    #: The pointer is on no panel any more.
    hover_left = Signal()

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._curves: Curves | None = None
        self._panels: dict[str, CurvePanel] = {}
        self._log_y = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Curves")
        look().changed.connect(self._on_look_changed)

    @property
    def curves(self) -> Curves | None:
        """The curves on show."""
        return self._curves

    @property
    def panels(self) -> Mapping[str, CurvePanel]:
        """The panels by the caption of their vertical axis."""
        return self._panels

    @property
    def log_y(self) -> bool:
        """Whether the vertical axes are logarithmic."""
        return self._log_y

    def set_log_y(self, log: bool) -> None:
        """Make the vertical axes logarithmic, or linear."""
        self._log_y = log
        for panel in self._panels.values():
            panel.set_log(log)

    def show_curves(self, curves: Curves | None) -> None:
        """Show other curves, or the same ones grown; what is drawn already is kept."""
        self._curves = curves
        captions = list(curves.panels) if curves else []
        if captions != list(self._panels):
            self._build(captions)
        if curves is not None:
            numbers = _numbers(curves)
            for caption, panel in self._panels.items():
                panel.show_series(curves.panels[caption], numbers)
            list(self._panels.values())[-1].set_horizontal(curves.horizontal)
        self._describe()
        self.update()

    def set_cursor(self, x: float | None) -> None:
        """Put the upright line at a horizontal value in all panels."""
        for panel in self._panels.values():
            panel.set_cursor(x)

    def show_all(self) -> None:
        """Undo the zoom."""
        for panel in self._panels.values():
            panel.plot.getViewBox().enableAutoRange()

    def sizeHint(self) -> QSize:
        """Room for two panels."""
        return QSize(420, 320)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(120, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what to do while there are no curves."""
        if not self._panels:
            with crisp(self) as painter:
                sentence(painter, QRectF(self.rect()), self._empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where there is no room for them."""
        self._make_room()

    def _build(self, captions: list[str]) -> None:
        for panel in self._panels.values():
            self._layout.removeWidget(panel)
            panel.deleteLater()
        self._panels = {caption: CurvePanel(caption) for caption in captions}
        first: CurvePanel | None = None
        for panel in self._panels.values():
            self._layout.addWidget(panel, 1)
            panel.set_log(self._log_y)
            panel.set_horizontal(None)
            panel.hovered.connect(self._on_hovered)
            panel.left.connect(self._on_left)
            if first is None:
                first = panel
            else:
                panel.plot.setXLink(first.plot)
        self._make_room()

    def _make_room(self) -> None:
        bare = self.height() < LOWEST_PANEL * len(self._panels)
        for panel in self._panels.values():
            panel.set_bare(bare)

    def _describe(self) -> None:
        panels = [
            f"{caption}: " + ", ".join(f"{row.name} {row.value}" for row in panel.legend.entries)
            for caption, panel in self._panels.items()
        ]
        self.setAccessibleDescription("; ".join(panels))

    def _on_hovered(self, x: float) -> None:
        self.set_cursor(x)
        self.hovered.emit(x)

    def _on_left(self) -> None:
        self.set_cursor(None)
        self.hover_left.emit()

    def _on_look_changed(self) -> None:
        for panel in self._panels.values():
            panel.dress()
        self.update()


def _numbers(curves: Curves) -> dict[str, int]:
    """The colour of each name: the same in all panels, in the order of their appearance."""
    names: dict[str, int] = {}
    for panel in curves.panels.values():
        for name in panel:
            names.setdefault(name.removesuffix(RAW), len(names))
    return names
