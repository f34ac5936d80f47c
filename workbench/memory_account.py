"""The memory of one image, a line for each way of counting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from core.network.costs import COUNTED, account
from core.network.layer_table import LayerRow
from workbench.parts import label, tight

#: The ways of counting, in the order of their lines, as they are called on screen.
WAYS = {
    "outputs": "Input, convolutions, pooling, dense",
    "outputs_and_activations": "With the outputs of activations",
    "kept_for_backward": "Kept for the backward pass",
    "measured": "Saved by torch, measured",
    "said": "Said in the lectures; no count gives it",
}


class MemoryAccount(QWidget):
    """What an image takes in memory, counted in each way, and measured."""

    #: It is seen: what is measured is wanted.
    seen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = tight(QGridLayout(self), 4)
        grid.setHorizontalSpacing(16)
        grid.addWidget(label("Memory of one image, 4 bytes a value", "secondary"), 0, 0, 1, 3)
        right = Qt.AlignmentFlag.AlignRight
        self._lines = {way: (label(text), label(), label()) for way, text in WAYS.items()}
        for place, cells in enumerate(self._lines.values(), 1):
            for column, cell in enumerate(cells):
                grid.addWidget(cell, place, column, right if column else Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(3, 1)

    def text(self, way: str) -> str:
        """What one line says."""
        return " ".join(cell.text() for cell in self._lines[way][1:]).strip()

    def show_costs(self, name: str, rows: Sequence[LayerRow]) -> None:
        """Count the memory of the network of that name; what is measured is not known yet."""
        ways = account(name, rows)["memory"]
        for way in WAYS:
            self._show(way, ways.get(way, {}))
        self._show("measured", {"text": "…", "counted": COUNTED["measured"]})

    def show_measured(self, measured: int | str) -> None:
        """Say how many bytes were measured, or why there is no such number."""
        name = "bytes" if isinstance(measured, int) else "text"
        self._show("measured", {name: measured, "counted": COUNTED["measured"]})

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is measured."""
        super().showEvent(event)
        self.seen.emit()

    def _show(self, way: str, figures: Mapping[str, Any]) -> None:
        caption, values, memory = self._lines[way]
        caption.setText(WAYS[way] if figures else "")
        values.setText(f"{figures['values']:,} values" if "values" in figures else "")
        memory.setText(megabytes(figures["bytes"]) if "bytes" in figures else said(figures))
        for cell in (caption, values, memory):
            cell.setToolTip(figures.get("counted", ""))


def megabytes(count: int) -> str:
    """Bytes as publications give them: thousands of thousands."""
    if count >= 1e9:
        return f"{count / 1e9:,.2f} GB"
    return f"{count / 1e6:,.2f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def said(figures: Mapping[str, Any]) -> str:
    """What there is to say in place of a number of bytes."""
    return str(figures.get("text", ""))
