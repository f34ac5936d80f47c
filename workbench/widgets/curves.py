"""Curves over one horizontal axis, a panel for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.results import Curves
from workbench.theme import GRID, SMALL, look
from workbench.widgets.curve_panel import RAW, CurvePanel
from workbench.widgets.drawing import crisp, sentence
from workbench.widgets.keys import arrow_step
from workbench.widgets.legend import LINE
from workbench.widgets.number_text import short

#: How far an arrow key moves the upright line, as a share of what is shown.
STEP = 0.02
#: Ends of an axis that grows, of which each is a fifth to a third beyond the last.
_ROUND = (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)
#: A panel lower than this goes without its caption and legend, in px.
LOWEST_PANEL = 80


class CurvesView(QWidget):
    """Panels one above the other over one horizontal axis.

    The legends tell the last values, or those at the upright line, which follows the pointer and
    the arrow keys.  The wheel zooms along the axis, dragging moves; a double click, or 0, shows
    all again.
    Curves of these `names` have the first colours, whether the others are there yet or not.
    """

    #: The horizontal value under the pointer.
    hovered = Signal(float)
    #: The pointer is on no panel any more.
    hover_left = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, empty: str = "", names: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self._empty = empty
        self._names = tuple(names)
        self._curves: Curves | None = None
        self._panels: dict[str, CurvePanel] = {}
        self._cursor: float | None = None
        self._end = 0.0
        self._is_zoomed = False
        self._tools = _Tools(self)
        self._tools.log.toggled.connect(self._on_log_toggled)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        return bool(self._tools.log.isChecked())

    def set_log_y(self, log: bool) -> None:
        """Make the vertical axes logarithmic, or linear."""
        self._tools.log.setChecked(log)

    def show_curves(self, curves: Curves | None, only: str = "") -> None:
        """Show other curves, or the same ones grown; what is drawn already is kept.

        With `only`, the caption of a panel, the others wait for their turn: drawing takes time.
        """
        self._curves = curves
        captions = list(curves.panels) if curves else []
        if captions != list(self._panels):
            self._build(captions, curves.horizontal if curves else "")
            self.update()  # only then: it would draw all panels again
        if curves is not None and captions:  # a run before its first checkpoint has none
            numbers = _numbers(curves, self._names)
            self._make_way(curves)
            for caption, panel in self._panels.items():
                if only in ("", caption) or not panel.items:
                    panel.show_series(curves.panels[caption], numbers)
        self._describe()

    def set_cursor(self, x: float | None) -> None:
        """Put the upright line at a horizontal value in all panels, or take it away."""
        self._cursor = x
        for panel in self._panels.values():
            panel.set_cursor(x)
        name = self._curves.horizontal if self._curves is not None else ""
        self._tools.place.setText("" if x is None else f"{name} {short(x, 4)}")
        self._arrange_tools()

    def show_all(self) -> None:
        """Undo the zoom."""
        self._is_zoomed = False
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the upright line, take it away, show all."""
        step = arrow_step(event)
        if step is not None and step[1] and self._panels:
            self._walk(step[1])
        elif event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._on_left()
        elif event.key() == Qt.Key.Key_0:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _build(self, captions: list[str], horizontal: str) -> None:
        for panel in self._panels.values():
            self._layout.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        self._panels = {caption: CurvePanel(caption) for caption in captions}
        self._end, self._is_zoomed = 0.0, False
        first: CurvePanel | None = None
        for caption, panel in self._panels.items():
            self._layout.addWidget(panel, 1)
            panel.set_log(self.log_y)
            panel.set_horizontal(horizontal if caption == captions[-1] else None)
            panel.hovered.connect(self._on_hovered)
            panel.left.connect(self._on_left)
            panel.zoomed.connect(self._on_zoomed)
            panel.all_wanted.connect(self.show_all)
            if first is None:
                first = panel
            else:
                panel.plot.setXLink(first.plot)
        self._make_room()

    def _make_way(self, curves: Curves) -> None:
        """Let the axis end beyond curves that grow: it then moves seldom, and is drawn seldom."""
        lines = [line for lines in curves.panels.values() for line in lines.values()]
        end = max((float(line.x[-1]) for line in lines if len(line.x)), default=0.0)
        box = next(iter(self._panels.values())).plot.getViewBox()
        low, high = box.viewRange()[0]
        if 0 < self._end < end and high < end and not self._is_zoomed:
            box.setXRange(min(low, 0.0), _round_above(end), padding=0)
        self._end = end

    def _on_zoomed(self) -> None:
        self._is_zoomed = True

    def _make_room(self) -> None:
        bare = self.height() < LOWEST_PANEL * len(self._panels)
        for panel in self._panels.values():
            panel.set_bare(bare)
        self._tools.setVisible(bool(self._panels) and not bare)
        self._arrange_tools()

    def _arrange_tools(self) -> None:
        """At the right of the first caption."""
        self._tools.adjustSize()
        self._tools.move(self.width() - self._tools.width(), 0)
        self._tools.raise_()
        for panel in list(self._panels.values())[:1]:
            panel.leave_room(self._tools.width())

    def _walk(self, step: int) -> None:
        first = next(iter(self._panels.values()))
        low, high = first.plot.getViewBox().viewRange()[0]
        start = self._cursor if self._cursor is not None else (low + high) / 2
        self._on_hovered(min(max(start + step * (high - low) * STEP, low), high))

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

    def _on_log_toggled(self, log: bool) -> None:
        for panel in self._panels.values():
            panel.set_log(log)

    def _on_look_changed(self) -> None:
        for panel in self._panels.values():
            panel.dress()
        self.update()


class _Tools(QWidget):
    """What stands at the right of the first caption: where the line is, and the switch."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = QLabel()
        self.place.setProperty("part", "caption")
        self.log = QToolButton()
        self.log.setText("log")
        self.log.setCheckable(True)
        self.log.setToolTip("Logarithmic vertical axes")
        self.log.setFixedHeight(LINE + 2)
        self.log.setStyleSheet(f"padding: 0 4px; font-size: {SMALL}px;")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.place)
        layout.addWidget(self.log)
        self.hide()


def _round_above(value: float) -> float:
    """A round number a little above."""
    power = 10.0 ** floor(log10(value))
    return next(power * factor for factor in _ROUND if power * factor > value)


def _numbers(curves: Curves, first: Sequence[str]) -> dict[str, int]:
    """The colour of each name: the same in all panels, the `first` names before those to come."""
    names = {name: number for number, name in enumerate(first)}
    for panel in curves.panels.values():
        for name in panel:
            names.setdefault(name.removesuffix(RAW), len(names))
    return names
