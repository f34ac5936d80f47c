"""Confusion: which classes are taken for which, and the mistakes as pictures."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.data.datasets import Samples, load_samples
from core.data.source import Source
from core.errors import UserError
from core.network.snapshot import Snapshot
from core.results import Table
from core.training.observation import Exam, Mistakes
from workbench.moment_exams import MomentExams
from workbench.parts import label, scrolled, tight
from workbench.session import Session
from workbench.training_news import Training
from workbench.view import View
from workbench.widgets.confusion_matrix import ConfusionMatrix
from workbench.widgets.number_text import percent
from workbench.widgets.picture_tiles import PictureTiles, Tile
from workbench.work_strip import WorkStrip

#: So many mistakes are shown as pictures.
SHOWN = 48
#: The part of a data set that exams are taken from.
SPLIT = "test"


class ConfusionView(View):
    """The matrix of an exam; beside it the most confident mistakes, or those of one cell.

    It is the last one of the training.  A moment that is gone back to, and a run whose exams are
    not known, is examined here.  A click on a picture makes it the input.
    """

    title = "Confusion"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training", "recalled"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._exam: Exam | None = None
        self._classes: tuple[str, ...] = ()
        self._data = ""
        self._samples: Samples | None = None
        self._shown: Mistakes | None = None
        self._run: tuple[Path | None, str] = (None, "")
        self._wanted: Snapshot | None = None
        self.matrix = ConfusionMatrix(
            empty="The test set is counted here after each epoch, and for a run that is opened."
        )
        self.matrix.chosen.connect(self._show_mistakes)
        self.matrix.hovered.connect(self.set_readout)
        self.heading = label(part="caption", wraps=True)
        self.tiles = PictureTiles(empty="No mistakes.")
        self.tiles.chosen.connect(self._on_picture)
        self.beside = QWidget()
        self.strip = WorkStrip(self)
        self.strip.stopped.connect(self._on_stop)
        self.exams = MomentExams(session, self)
        self.exams.began.connect(self.strip.begin)
        self.exams.progressed.connect(self.strip.show_progress)
        self.exams.came.connect(self._on_exam)
        self.exams.failed.connect(self._on_no_exam)
        self._lay_out()

    def update_view(self) -> None:
        """Show the exam of what is looked at, or take it; the samples are read where needed."""
        training = self.session.now.training
        self._follow(training)
        exam = self._training_exam(training)
        self._wanted = self._unexamined(training) if exam is None else None
        if self._wanted is not None:
            exam = self.exams.known(self._wanted.step)
        if training is not None and (exam is not None or self._wanted is not None):
            self._read(training.data)
        if exam is None and self._wanted is not None:
            self._examine()  # the last one stays until it is over
        else:
            self.exams.give_up()
            self.strip.end()
            self._show(exam)

    def exportable(self) -> Table | None:
        """The matrix."""
        if self._exam is None:
            return None
        names = self._names(len(self._exam.confusion))
        rows = zip(names, self._exam.confusion.tolist(), strict=True)
        meaning = "pictures of each true class (row) taken for each class (column)"
        return Table(("true class", *names), tuple((name, *row) for name, row in rows), meaning)

    def _follow(self, training: Training | None) -> None:
        """Forget the exams of another run."""
        run = (training.folder, training.data) if training is not None else (None, "")
        if run != self._run:
            self._run = run
            self.exams.forget()

    def _training_exam(self, training: Training | None) -> Exam | None:
        """The last exam of the training itself, unless another moment is looked at."""
        if training is None or training.report.observation is None:
            return None
        exam: Exam | None = training.report.observation.exam
        recalled = self.session.now.recalled
        return exam if recalled is None or (exam and exam.step == recalled.step) else None

    def _unexamined(self, training: Training | None) -> Snapshot | None:
        """What is to be examined here: a training that is under way has exams of its own."""
        recalled = self.session.now.recalled
        if training is None or (recalled is None and self.session.coach.is_running):
            return None
        return recalled or training.report.snapshot

    def _examine(self) -> None:
        """Examine what is wanted, once the samples are there."""
        if self._wanted is not None and self._samples is not None:
            self.exams.want(self._wanted, self._samples)

    def _on_exam(self, exam: Exam) -> None:
        self.strip.end()
        self._show(exam)

    def _on_no_exam(self, why: str) -> None:
        self.strip.end()
        self._show(None)
        self.strip.say(why, problem=True)

    def _on_stop(self) -> None:
        self.exams.stop()
        self.strip.end()
        self.strip.say("Stopped; go to another moment to have that examined.")

    def _show(self, exam: Exam | None) -> None:
        training = self.session.now.training
        if _is_same(exam, self._exam):
            return
        self._exam = exam
        self.strip.say("")
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
        self._show_mistakes()

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
        self._examine()

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.strip.say(str(error), problem=True)

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
        row = tight(QHBoxLayout(), 16)
        row.addWidget(self.matrix, 3)
        row.addWidget(self.beside, 2)
        whole = tight(QVBoxLayout(self))
        whole.addLayout(row, 1)
        whole.addWidget(self.strip)


def _is_same(one: Exam | None, other: Exam | None) -> bool:
    """Whether two exams, of which one may have travelled anew, have the same result."""
    if one is None or other is None:
        return one is other
    return one.step == other.step and np.array_equal(one.mistakes.index, other.mistakes.index)
