"""Confusion: which classes are taken for which, and the mistakes as pictures."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.data.datasets import Samples, load_samples
from core.data.source import Source
from core.errors import UserError
from core.results import Table
from core.training.observation import Exam, Mistakes, Observation
from workbench.parts import label, scrolled, tight
from workbench.session import Session
from workbench.view import View
from workbench.widgets.confusion_matrix import ConfusionMatrix
from workbench.widgets.number_text import percent
from workbench.widgets.picture_tiles import PictureTiles, Tile

#: So many mistakes are shown as pictures.
SHOWN = 48
#: The part of a data set that exams are taken from.
SPLIT = "test"


class ConfusionView(View):
    """The matrix of the last exam; beside it the most confident mistakes, or those of one cell.

    A click on a picture makes it the input.
    """

    title = "Confusion"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._exam: Exam | None = None
        self._classes: tuple[str, ...] = ()
        self._data = ""
        self._samples: Samples | None = None
        self._shown: Mistakes | None = None
        self.matrix = ConfusionMatrix(
            empty="Train for an epoch: then the test set is counted here."
        )
        self.matrix.chosen.connect(self._show_mistakes)
        self.matrix.hovered.connect(self.set_readout)
        self.heading = label(part="caption", wraps=True)
        self.tiles = PictureTiles(empty="No mistakes.")
        self.tiles.chosen.connect(self._on_picture)
        self.beside = QWidget()
        self._lay_out()

    def update_view(self) -> None:
        """Show the newest exam; the samples are read where they are not known yet."""
        training = self.session.now.training
        seen: Observation | None = training.report.observation if training is not None else None
        exam = seen.exam if seen is not None else None
        if _is_same(exam, self._exam):
            return
        self._exam = exam
        self.beside.setVisible(exam is not None)
        if training is None or exam is None:
            self.matrix.show_confusion(None, ())
            self.set_subtitle("")
            return
        model = training.report.snapshot.model
        self._classes = model.classes
        self.matrix.show_confusion(exam.confusion, self._classes)
        right = f"{percent(exam.accuracy)} of {exam.confusion.sum():,} right"
        self.set_subtitle(f"{model.name} · step {exam.step:,} · {right}")
        self._read(training.data)
        self._show_mistakes()

    def exportable(self) -> Table | None:
        """The matrix."""
        if self._exam is None:
            return None
        names = self._names(len(self._exam.confusion))
        rows = zip(names, self._exam.confusion.tolist(), strict=True)
        meaning = "pictures of each true class (row) taken for each class (column)"
        return Table(("true class", *names), tuple((name, *row) for name, row in rows), meaning)

    def _read(self, data: str) -> None:
        """Get the pictures of the test set, on a lane: they may be many."""
        if data == self._data:
            return
        self._data, self._samples = data, None
        self.session.start(
            "Reading the test pictures",
            partial(load_samples, data, SPLIT),
            lane="io",
            key="confusion samples",
            on_done=self._on_samples,
            on_error=self._on_error,
        )

    def _on_samples(self, samples: Samples) -> None:
        self._samples = samples
        self._show_mistakes()

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.heading.setText(str(error))

    def _show_mistakes(self, *_: int) -> None:
        """The pictures of the selected cell, or of all."""
        exam, samples, cell = self._exam, self._samples, self.matrix.selected
        if exam is None:
            return
        mistakes = exam.mistakes if cell is None else exam.mistakes.of(*cell)
        self._shown = mistakes.first(SHOWN)
        self.heading.setText(self._told(cell, len(self._shown.index)))
        count = len(self._shown.index) if samples is not None else 0
        self.tiles.show_tiles([self._tile(place) for place in range(count)])

    def _told(self, cell: tuple[int, int] | None, count: int) -> str:
        if cell is None:
            return "The most confident mistakes" if count else "No mistakes"
        return self.matrix.told(*cell)

    def _tile(self, place: int) -> Tile:
        assert self._shown is not None  # there are mistakes
        assert self._samples is not None  # and their pictures
        names, shown = self._names(len(self._classes)), self._shown
        index, sure = int(shown.index[place]), percent(float(shown.probability[place]))
        true, predicted = (names[int(part[place])] for part in (shown.true, shown.predicted))
        tip = (
            f"{true} taken for {predicted}, {sure} sure: test picture {index}. Press to look at it."
        )
        return Tile(self._samples.frame(index), (predicted, f"not {true}"), tip)

    def _names(self, count: int) -> tuple[str, ...]:
        return self._classes or tuple(f"class {number}" for number in range(count))

    def _on_picture(self, place: int) -> None:
        if self._shown is not None:
            index = int(self._shown.index[place])
            self.session.look_at(Source("sample", self._data, SPLIT, index))

    def _lay_out(self) -> None:
        inner = QWidget()
        inside = tight(QVBoxLayout(inner), 0)
        inside.addWidget(self.tiles)
        inside.addStretch(1)
        area = scrolled(inner)
        column = tight(QVBoxLayout(self.beside), 4)
        column.addWidget(self.heading)
        column.addWidget(area, 1)
        row = tight(QHBoxLayout(self), 16)
        row.addWidget(self.matrix, 3)
        row.addWidget(self.beside, 2)


def _is_same(one: Exam | None, other: Exam | None) -> bool:
    """Whether two exams, of which one may have travelled anew, have the same result."""
    if one is None or other is None:
        return one is other
    return one.step == other.step and np.array_equal(one.mistakes.index, other.mistakes.index)
