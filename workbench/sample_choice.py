"""Which sample of a data set is looked at."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from core.data.source import Source
from workbench.parts import label, spoken, tight

#: The parts of a data set, and what they are called.
PARTS = {"test": "Test", "train": "Training"}
#: The largest number that can be typed; what the data set does not have is said when it is read.
LARGEST = 99_999_999


class SampleChoice(QWidget):
    """The part of the data set, and the number of a sample in it; hidden for any other input."""

    #: The sample to look at, as a Source.
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: Source | None = None
        self.part = spoken(QComboBox(), "Part of the data set")
        for name, title in PARTS.items():
            self.part.addItem(title, name)
        self.number = spoken(QSpinBox(), "Number of the sample")
        self.number.setRange(0, LARGEST)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setKeyboardTracking(False)  # a number is looked up once it is typed
        self.part.activated.connect(self._choose)
        self.number.valueChanged.connect(self._choose)
        row = tight(QHBoxLayout(self), 6)
        row.addWidget(label("Sample", "secondary"))
        row.addWidget(self.part, 1)
        row.addWidget(self.number, 1)

    def show_source(self, source: Source | None) -> None:
        """Show which sample it is."""
        is_sample = source is not None and source.kind == "sample"
        self._source = source if is_sample else None
        self.setVisible(is_sample)
        if source is not None and is_sample:
            was_blocked = self.number.blockSignals(True)
            self.part.setCurrentIndex(self.part.findData(source.split))
            self.number.setValue(source.index)
            self.number.blockSignals(was_blocked)

    def _choose(self) -> None:
        if self._source is None:
            return
        part, number = self.part.currentData(), self.number.value()
        wanted = replace(self._source, split=part, index=number)
        if wanted != self._source:
            self.chosen.emit(wanted)
