"""The choice of a data set: those that are there, and a person's own folder or table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from core.data.datasets import DATASETS, Choice, chosen
from core.errors import UserError
from workbench.parts import spoken

#: The last entries, which ask for a place.
FOLDER, TABLE = "A folder of pictures or recordings…", "A table (CSV) of paths and labels…"


class DataBox(QComboBox):
    """Data sets by title; `text` is the string by which `load_samples` knows the chosen one."""

    #: Another data set is chosen.
    changed = Signal()
    #: Why a place that was named holds none.
    refused = Signal(str)

    def __init__(self, first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        spoken(self, "Data set")
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name, data in DATASETS.items():
            if data.opens is None:
                self.addItem(data.title, name)
        self.insertSeparator(self.count())
        for title in (FOLDER, TABLE):
            self.addItem(title)
        self._before = max(0, self.findData(first))
        self.setCurrentIndex(self._before)
        self.currentIndexChanged.connect(self._on_chosen)

    @property
    def text(self) -> str:
        """The data set that is chosen."""
        return str(self.itemData(self._before))

    def take(self, path: Path) -> None:
        """Choose the data in a folder, or of a table; says so where there are none."""
        try:
            choice = chosen(str(path))
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.setCurrentIndex(self._place_of(choice))

    def follow(self, text: str) -> None:
        """Take over the data set, or its options, that were chosen elsewhere, without `changed`.

        Stays as it is where there is no such data set.
        """
        try:
            place = self._place_of(chosen(text))
        except UserError:
            return
        self.setItemData(place, text)
        with QSignalBlocker(self):
            self.setCurrentIndex(place)
        self._before = place

    def _place_of(self, choice: Choice) -> int:
        """Where a data set stands, whatever its options; at the top if it is new."""
        own = _without_options(choice.text)
        for place in range(self.count()):
            if _without_options(self.itemData(place) or "") == own:
                return place
        with QSignalBlocker(self):  # the chosen one stays chosen, one place further down
            self.insertItem(0, choice.title, choice.text)
        self._before += 1
        return 0

    def _on_chosen(self, index: int) -> None:
        if self.itemData(index) is not None:
            self._before = index
            self.changed.emit()
            return
        asked = self.itemText(index)
        self.setCurrentIndex(self._before)
        path = _ask(self, asked)
        if path is not None:
            self.take(path)


def _without_options(text: str) -> str:
    return text.rpartition("?")[0] or text


def _ask(parent: QWidget, what: str) -> Path | None:
    """A place that the person names."""
    if what == FOLDER:
        name = QFileDialog.getExistingDirectory(parent, "Open a folder of data")
    else:
        name, _ = QFileDialog.getOpenFileName(parent, "Open a table of data", "", "CSV (*.csv)")
    return Path(name) if name else None
