"""The choice of a network to compare: what is shown now, or a moment of a run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from core.network.snapshot import Snapshot
from core.training.catalogue import Entry
from core.training.course import Course, read_course
from core.training.timeline import RunTimeline
from workbench.parts import spoken, tight
from workbench.reader import Reader
from workbench.session import Session
from workbench.widgets.moment_slider import MomentSlider

#: The first of the choices.
SHOWN = "As shown"
#: Height of the slider, in px, and how often the course of a run that goes on is read, in ms.
SLIDER, READ_MS = 36, 1000

READING = "Reading the run."


class RunChoice(QWidget):
    """A box of runs above a slider over the moments of the chosen one."""

    #: Another network is chosen, or there is none any more.
    changed = Signal()

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: RunTimeline | None = None
        self._folder: Path | None = None
        self._read: Snapshot | None = None
        #: Why there is no network, while there is none.
        self.problem = ""
        #: Whether it was the person who chose.
        self.is_chosen = False
        self.box = spoken(QComboBox(), f"{name}: run")
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(6)
        self.box.addItem(SHOWN)
        self.box.activated.connect(self._on_activated)
        self.slider = spoken(MomentSlider(), f"{name}: moment")
        self.slider.setFixedHeight(SLIDER)
        self.slider.moved.connect(self._on_moved)
        stays = self.slider.sizePolicy()
        stays.setRetainSizeWhenHidden(True)
        self.slider.setSizePolicy(stays)
        self.slider.hide()
        self._course = Reader(session, "", self, rest_ms=READ_MS)
        self._course.came.connect(self._on_course)
        self._course.failed.connect(self._on_failed)
        self._moments = Reader(session, "", self)
        self._moments.came.connect(self._on_moment)
        self._moments.failed.connect(self._on_failed)
        column = tight(QVBoxLayout(self), 4)
        column.addWidget(self.box)
        column.addWidget(self.slider)

    @property
    def snapshot(self) -> Snapshot | None:
        """The chosen network, once it is read."""
        return self._session.snapshot() if self._folder is None else self._read

    @property
    def folder(self) -> Path | None:
        """The folder of the chosen run; None: what is shown now."""
        return self._folder

    @property
    def name(self) -> str:
        """What is chosen, in a word."""
        return str(self.box.currentText())

    def show_runs(self, entries: Sequence[Entry]) -> None:
        """Offer these runs; the chosen one stays."""
        self.box.clear()
        self.box.addItem(SHOWN)
        for entry in entries:
            self._offer(entry.folder, entry.name)
        self._mark()

    def choose(self, folder: Path | None, step: int | None = None) -> None:
        """Take a run at a step, None: at its newest; or what is shown now."""
        if folder == self._folder:
            return
        self.rest()
        self._folder, self._read, self.problem = folder, None, READING
        self._run = RunTimeline(folder) if folder is not None else None
        self.slider.show_course(None)
        self.slider.select(step)
        self.slider.setVisible(folder is not None)
        self._mark()
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """Look whether the run has gone on."""
        if self._folder is not None:
            self._course.ask(partial(read_course, self._folder))

    def rest(self) -> None:
        """Read nothing more."""
        self._course.forget()
        self._moments.forget()

    def _offer(self, folder: Path, name: str) -> None:
        self.box.addItem(name, folder)

    def _mark(self) -> None:
        """Show in the box what is chosen, also if it is in no catalogue."""
        folders = [self.box.itemData(place) for place in range(self.box.count())]
        if self._folder not in folders and self._folder is not None:
            self._offer(self._folder, self._folder.name)
            folders.append(self._folder)
        self.box.setCurrentIndex(folders.index(self._folder))

    def _on_activated(self, place: int) -> None:
        self.is_chosen = True
        self.choose(self.box.itemData(place))

    def _on_moved(self, step: int | None) -> None:
        self.is_chosen = True
        self._ask(self.slider.steps[-1] if step is None else step)

    def _on_course(self, course: Course) -> None:
        self.slider.show_course(course)
        step = self.slider.step
        self._ask(course.steps[-1] if step is None else step)

    def _ask(self, step: int) -> None:
        if self._run is not None and (self._read is None or self._read.step != step):
            self._moments.ask(partial(self._run.at, step))

    def _on_moment(self, snapshot: Snapshot) -> None:
        self._read, self.problem = snapshot, ""
        self.changed.emit()

    def _on_failed(self, why: str) -> None:
        self._read, self.problem = None, why
        self.changed.emit()
