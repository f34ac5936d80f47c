"""Time machine: a slider that moves every dock to a moment of the training, and plays it."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.results import Curves
from core.training.course import course_of
from core.training.timeline import RunTimeline
from core.training.train import TrainingReport
from workbench.film import Film
from workbench.icons import IconButton
from workbench.parts import spoken, tight
from workbench.reader import Reader
from workbench.session import Session
from workbench.training_news import Training
from workbench.view import View
from workbench.widgets.empty import EmptyState
from workbench.widgets.moment_slider import MomentSlider

#: Which moments are kept is looked for at most so often while it trains, in ms.
LOOK_MS = 400

BEFORE = "Train the network, or open a run: then every dock can be moved through its moments here."
NOT_KEPT = "This training is not kept as a run, so there are no moments to go back to."


class TimeMachineView(View):
    """The kept moments of the training under way, of the last one, or of the run that is open."""

    title = "Time machine"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training", "recalled", "model"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._run: RunTimeline | None = None
        self._folder: Path | None = None
        self._kept: tuple[int, ...] = ()
        self._shown: tuple[TrainingReport, tuple[int, ...]] | None = None
        self.slider = MomentSlider()
        self.slider.moved.connect(self._on_moved)
        self.slider.pointed.connect(self.set_readout)
        self._moments = Reader(session, "", self)
        self._moments.came.connect(session.recall)
        self._moments.failed.connect(self._on_failed)
        self._steps = Reader(session, "", self, rest_ms=LOOK_MS)
        self._steps.came.connect(self._on_steps)
        self._steps.failed.connect(self._on_failed)
        self.film = Film(session, lambda: not self._moments.is_busy, self)
        self.film.due.connect(self._show_next)
        self.play_button = IconButton("play", "Play", self)
        self.play_button.clicked.connect(self.play)
        self.loop_button = IconButton("loop", "Begin again at the end", self)
        self.loop_button.setCheckable(True)
        self.now_button = QPushButton("Now")
        self.now_button.setToolTip("Back to the newest moment")
        self.now_button.clicked.connect(lambda: self._on_moved(None))
        self.empty = EmptyState(BEFORE)
        self.controls = spoken(QWidget(), "Time machine")
        self._lay_out()

    def update_view(self) -> None:
        """Show the moments that there are, and which of them is looked at."""
        training = self.session.now.training
        self._follow(training.folder if training is not None else None)
        why = self._why_not(training)
        self.empty.setVisible(bool(why))
        self.controls.setVisible(not why)
        if why or training is None or self._run is None:
            self.empty.set_text(why)
            self.set_subtitle("")
            self._rest()
            return
        self._steps.ask(partial(_steps_of, self._run))
        self._show(training)

    def play(self) -> None:
        """Play the moments as a film from here on, from the first at the end; or stop it."""
        if self.film.is_playing:
            self.film.stop()
        elif len(self.slider.steps) > 1:
            self.film.start()
            if self.slider.step is None:
                self._go(self.slider.steps[0])
        self._show_state()

    def exportable(self) -> Curves | None:
        """The curves of the training."""
        training = self.session.now.training
        return training.report.curves if training is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar plays and stops."""
        if event.key() == Qt.Key.Key_Space:
            self.play()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen does not play."""
        super().hideEvent(event)
        self._steps.forget()
        self._rest()
        self._stale = True

    # Inside

    def _why_not(self, training: Training | None) -> str:
        """Why there is nowhere to go; empty where there is."""
        model = self.session.model
        if training is None:
            return BEFORE
        if training.folder is None:
            return NOT_KEPT
        trained = training.report.snapshot.model
        if model is None or model.spec != trained.spec:
            return f"The moments are those of {trained.name} as it was trained; open that again."
        return ""

    def _follow(self, folder: Path | None) -> None:
        """Look at the moments of another run from now on."""
        if folder != self._folder:
            self._folder, self._kept = folder, ()
            self._run = RunTimeline(folder) if folder is not None else None
            self._steps.forget()
            self._rest()

    def _rest(self) -> None:
        """Stop the film, and wish for nothing."""
        self.film.stop()
        self._moments.forget()
        self._show_state()

    def _show(self, training: Training) -> None:
        """The moments, of which the last is the present, and the handle at the one looked at."""
        report, recalled = training.report, self.session.now.recalled
        kept = tuple(step for step in self._kept if step < report.step)
        if self._shown is None or self._shown[0] is not report or self._shown[1] != kept:
            self._shown = report, kept
            self.slider.show_course(course_of(report, (*kept, report.step)))
        if not self._moments.is_busy:  # else it stays where it is wished to be
            self.slider.select(recalled.step if recalled is not None else None)
        self.set_subtitle(f"{report.snapshot.model.name} · {len(kept) + 1:,} moments")
        self._show_state()

    def _show_state(self) -> None:
        playing = self.film.is_playing
        self.play_button.set_icon("pause" if playing else "play", "Pause" if playing else "Play")
        self.play_button.setEnabled(len(self.slider.steps) > 1)
        self.now_button.setEnabled(self.slider.step is not None)

    def _on_moved(self, step: int | None) -> None:
        """The person goes to a moment; None: to the newest."""
        self.film.stop()
        self._go(step)

    def _go(self, step: int | None) -> None:
        self.slider.select(step)
        if step is None or self._run is None:
            self._moments.forget()
            self.session.recall(None)
        else:
            self._moments.ask(partial(self._run.at, step))
        self._show_state()

    def _show_next(self) -> None:
        """Go on with the film: its last moment is the present."""
        steps, step = self.slider.steps, self.slider.step
        if step is None:
            self._go(steps[0])
            return
        place = bisect_right(steps, step)
        self._go(steps[place] if place < len(steps) - 1 else None)
        if self.slider.step is None and not self.loop_button.isChecked():
            self.film.stop()
            self._show_state()

    def _on_steps(self, steps: tuple[int, ...]) -> None:
        self._kept = steps
        if self.session.now.training is not None:
            self._show(self.session.now.training)

    def _on_failed(self, why: str) -> None:
        self._rest()
        self.session.say(why, problem=True)

    def _lay_out(self) -> None:
        row = tight(QHBoxLayout(self.controls))
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.play_button, 0, middle)
        row.addWidget(self.slider, 1)
        row.addWidget(self.loop_button, 0, middle)
        row.addWidget(self.now_button, 0, middle)
        column = tight(QVBoxLayout(self), 0)
        column.addWidget(self.controls)
        column.addWidget(self.empty)


def _steps_of(run: RunTimeline) -> tuple[int, ...]:
    return run.steps
