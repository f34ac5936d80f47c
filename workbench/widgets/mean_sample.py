"""The mean of samples: a picture, or the curve of a signal."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from core.results import Floats
from workbench.widgets.number_text import short
from workbench.widgets.picture import PictureView
from workbench.widgets.signal_plot import SignalPlot


class MeanSample(QWidget):
    """Levels as what they are the mean of; the pointer tells them."""

    #: The level under the pointer, in words; empty for none.
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._levels: Floats | None = None
        self.picture = PictureView(empty=empty)
        self.picture.hovered.connect(self._on_pixel)
        self.picture.hover_left.connect(lambda: self.hovered.emit(""))
        self.curve = SignalPlot(empty=empty)
        self.curve.hovered.connect(self._on_sample)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self.curve)
        for widget in (self.picture, self.curve):
            widget.setAccessibleName("Mean of the samples")

    @property
    def levels(self) -> Floats | None:
        """What is shown."""
        return self._levels

    def show_levels(self, levels: Floats | None) -> None:
        """Show a mean [H, W] or [H, W, 3] of 0 … 255, which is one row for a signal; None: none."""
        self._levels = levels
        is_signal = levels is not None and levels.ndim == 2 and len(levels) == 1
        self._stack.setCurrentWidget(self.curve if is_signal else self.picture)
        self.curve.show_values(levels[0] if levels is not None and is_signal else None)
        self.picture.show_picture(None if levels is None or is_signal else _shades(levels))

    def _on_pixel(self, row: int, column: int) -> None:
        if self._levels is not None:
            level = ", ".join(short(float(one)) for one in np.atleast_1d(self._levels[row, column]))
            self.hovered.emit(f"row {row}, column {column}: mean level {level}")

    def _on_sample(self, sample: int) -> None:
        known = self._levels is not None and sample >= 0
        level = short(float(self.curve.values[sample])) if known else ""
        self.hovered.emit(f"sample {sample:,}: mean level {level}" if known else "")


def _shades(levels: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The picture [H, W, 3] nearest to mean levels."""
    whole = np.round(levels).astype(np.uint8)
    return whole if whole.ndim == 3 else np.repeat(whole[..., None], 3, 2)
