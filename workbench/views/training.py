"""Training: settings, Pause, Step, Stop, and the curves as they grow."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.jobs import Job, Progress
from core.network.snapshot import Snapshot
from core.options import options_of
from core.results import Curves
from core.training.settings import CHANGEABLE, Stop, TrainParams, change_to
from core.training.train import TrainingReport
from core.training.trainer import Hold, Single
from core.training.trainer_frames import Order
from workbench.data_box import DataBox
from workbench.engine import threads_of
from workbench.forms import Form
from workbench.icons import IconButton
from workbench.parts import dressed, label, scrolled, spoken, tight
from workbench.saved_params import save_params, saved_params
from workbench.session import Session, Training
from workbench.view import View
from workbench.widgets.curves import CurvesView

#: The data set that is chosen at first.
FIRST_DATA = "fashion_mnist"
#: Width of the settings beside the curves, in px.
SETTINGS_WIDTH = 284
#: Each curve, and the docks, are drawn in turn, this far apart, in s: so the window stays quick.
SHOWN_SECONDS = 0.125
#: The turn of the docks that show the network, and of those that show how the training stands.
WEIGHTS, STANDING = "weights", "standing"


class TrainingView(View):
    """Trains the open network; what it learns is seen in every dock, and kept as one step."""

    title = "Training"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"model"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._job: Job | None = None
        self._report: TrainingReport | None = None
        self._shown = 0.0
        self._turn = 0
        self._learned = ""
        self.train_button = dressed(QPushButton("Train"), "main")
        self.train_button.clicked.connect(self.start)
        self.stop_button = QPushButton("Stop")
        self.stop_button.setToolTip("End after this step, and keep what was learned")
        self.stop_button.clicked.connect(self.stop)
        self.pause_button = IconButton("pause", "Pause", self)
        self.pause_button.clicked.connect(self.pause)
        self.step_button = IconButton("step", "One step", self)
        self.step_button.clicked.connect(self.step)
        self.figures = {name: label("–", "number") for name in _FIGURES}
        self.message = label(part="secondary", wraps=True)
        self.curves = CurvesView(empty="Press Train: the curves grow here.")
        self.data = DataBox(FIRST_DATA)
        self.data.refused.connect(lambda why: self._say(why, True))
        self.data.changed.connect(self._tell_data)
        self._tell_data()
        self.seed = spoken(QSpinBox(maximum=2**31 - 1), "Seed")
        self.seed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.seed.setMinimumWidth(72)
        self.form: Form[TrainParams] = Form(self._saved())
        self.form.changed.connect(self._on_settings)
        self._lay_out()
        self._show_state()

    # What the person does

    def start(self) -> None:
        """Train the open network with these settings."""
        snapshot = self.session.snapshot()
        if self.is_running or snapshot is None:
            return
        if self.session.model is not None and self.session.model.spec is None:
            self._say("This network was not described here, so it cannot be trained.", True)
            return
        self._say("")
        self._report = None
        self._learned = self.data.text
        self.session.tell_training(None)
        self._job = self.session.start(
            f"Training {snapshot.model.name}",
            self._work(snapshot),
            lane="train",
            key="train",
            on_progress=self._on_progress,
            on_done=self._on_done,
            on_error=self._on_error,
        )
        self._show_state()

    def stop(self) -> None:
        """End after this step, and keep what was learned."""
        if self._job is not None:
            self._job.resume()
            self._job.send(Stop())

    def pause(self) -> None:
        """Hold, or go on."""
        if self._job is not None and self._job.state == "paused":
            self._job.resume()
        else:
            self._advance(Hold())
        self._show_state()

    def step(self) -> None:
        """Take one step, and hold."""
        self._advance(Single())
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether a training is under way, paused or not."""
        return self._job is not None and self._job.is_live

    # What a view does

    def update_view(self) -> None:
        """Show what would be trained."""
        model = self.session.model
        self.set_subtitle(model.name if model is not None else "")
        saved = self._saved()
        if saved != self.form.params:
            self.form.set_params(saved)
            self._send_settings()
        self._show_state()

    def exportable(self) -> Curves | None:
        """The curves."""
        return self._report.curves if self._report is not None else None

    # Inside

    def _work(self, snapshot: Snapshot) -> Callable[[], Generator[Progress, Any, Snapshot]]:
        engine = self.session.engine
        assert engine is not None  # there is a network, so the engine has opened it
        order = Order(
            snapshot,
            self._learned,
            self.form.params,
            self.seed.value(),
            engine.device,
            threads_of("train"),
            watch=True,
        )
        return partial(engine.trainer().train, order)

    def _advance(self, told: Hold | Single) -> None:
        """Let the training that holds go on by one message."""
        if self._job is not None:
            self._job.send(told)
            self._job.step()

    def _on_progress(self, news: Progress) -> None:
        report, moment = news.partial, monotonic()
        if not isinstance(report, TrainingReport):
            return
        if self._job is not None and self._job.state == "paused":
            self._show_report(report)
            self._tell(report)
            self.session.follow(report.snapshot)
        elif moment - self._shown >= SHOWN_SECONDS:
            self._shown = moment
            self._show_next_part(report)

    def _show_next_part(self, report: TrainingReport) -> None:
        """The docks, or one of the curves with the figures."""
        turns = (WEIGHTS, STANDING, *report.curves.panels)
        self._turn = (self._turn + 1) % len(turns)
        turn = turns[self._turn]
        if turn == WEIGHTS:
            self.session.follow(report.snapshot)
        elif turn == STANDING:
            self._tell(report)
        else:
            self._show_report(report, turn)

    def _tell(self, report: TrainingReport) -> None:
        """Let the docks that measure the training show how it stands."""
        self.session.tell_training(Training(report, self._learned))

    def _show_report(self, report: TrainingReport, only: str = "") -> None:
        self._report = report
        self.curves.show_curves(report.curves, only)
        for name, text in _figures(report).items():
            self.figures[name].setText(text)
        self.set_readout(f"{report.steps_per_second:.0f} steps/s")

    def _on_done(self, snapshot: Snapshot) -> None:
        if self._job is not None and isinstance(self._job.latest.partial, TrainingReport):
            self._show_report(self._job.latest.partial)
            self.curves.show_all()
        self._keep(snapshot)
        self._tell_last()
        self._show_state()
        accuracy = snapshot.metrics.get("test_accuracy")
        told = f", {accuracy:.1%} of the test pictures right" if accuracy is not None else ""
        self._say(f"Trained for {snapshot.step:,} steps{told}. Undo goes back to before.")

    def _tell_last(self) -> None:
        """Show how the training stood at its end."""
        last = self._job.latest.partial if self._job is not None else None
        if isinstance(last, TrainingReport):
            self._tell(last)

    def _keep(self, snapshot: Snapshot) -> None:
        """Make what was learned the network that is open, as one step of undo."""
        self.session.follow(None)
        identity = self.session.keep(snapshot)
        self.session.edit(model=snapshot.model, snapshot=identity)

    def _on_error(self, error: Exception) -> None:
        self.session.follow(None)
        if self._report is not None:  # the last report is the last good one
            self._keep(self._report.snapshot)
        self._tell_last()
        self._show_state()
        if not isinstance(error, UserError):
            raise error
        self._say(str(error), True)

    def _on_settings(self, params: TrainParams) -> None:
        save_params(self.session, self.name, params)
        self._send_settings()

    def _send_settings(self) -> None:
        """Let the training that runs go on with what may change meanwhile."""
        if self.is_running and self._job is not None:
            self._job.send(change_to(self.form.params))

    def _tell_data(self) -> None:
        self.session.tell_data(self.data.text)

    def _saved(self) -> TrainParams:
        return saved_params(self.session, self.name, TrainParams)

    def _show_state(self) -> None:
        running = self.is_running
        paused = running and self._job is not None and self._job.state == "paused"
        self.train_button.setVisible(not running)
        for widget in (self.stop_button, self.pause_button, self.step_button):
            widget.setVisible(running)
        self.pause_button.set_icon("play" if paused else "pause", "Go on" if paused else "Pause")
        for name in {row.name for row in options_of(TrainParams)} - set(CHANGEABLE):
            self.form.editor(name).setEnabled(not running)
        self.data.setEnabled(not running)
        self.seed.setEnabled(not running)

    def _say(self, sentence: str, problem: bool = False) -> None:
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)

    def _lay_out(self) -> None:
        controls = tight(QHBoxLayout())
        for widget in (self.train_button, self.stop_button, self.pause_button, self.step_button):
            controls.addWidget(widget)
        controls.addWidget(self.message, 1)
        figures = tight(QHBoxLayout(), 16)
        for name, figure in self.figures.items():
            figures.addLayout(_figure(name, figure))
        figures.addStretch(1)
        right = tight(QVBoxLayout())
        right.addLayout(controls)
        right.addLayout(figures)
        right.addWidget(self.curves, 1)
        whole = tight(QHBoxLayout(self), 16)
        whole.addWidget(self._settings())
        whole.addLayout(right, 1)

    def _settings(self) -> QScrollArea:
        inner = QWidget()
        column = tight(QVBoxLayout(inner), 6)
        column.setContentsMargins(0, 0, 6, 0)
        rows = tight(QFormLayout(), 6)
        rows.addRow(label("Data", "secondary"), self.data)
        rows.addRow(label("Seed", "secondary"), self.seed)
        column.addLayout(rows)
        column.addWidget(self.form)
        column.addStretch(1)
        area = scrolled(inner)
        area.setFixedWidth(SETTINGS_WIDTH)
        return area


_FIGURES = ("Epoch", "Loss", "Training", "Test", "Time left")


def _figures(report: TrainingReport) -> dict[str, str]:
    metrics = report.snapshot.metrics
    test = metrics.get("test_accuracy")
    return {
        "Epoch": f"{report.epoch} of {report.epochs}",
        "Loss": f"{metrics.get('loss', float('nan')):.3f}",
        "Training": f"{metrics.get('train_accuracy', float('nan')):.1%}",
        "Test": f"{test:.1%}" if test is not None else "–",
        "Time left": duration(report.seconds_left),
    }


def duration(seconds: float) -> str:
    """A time as a person says it: "1 min 20 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _figure(name: str, value: Any) -> QVBoxLayout:
    column = tight(QVBoxLayout(), 0)
    column.addWidget(label(name, "caption"))
    column.addWidget(value)
    return column
