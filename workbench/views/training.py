"""Training: settings, Pause, Step, Stop, and the curves as they grow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.options import options_of
from core.results import Curves
from core.training.forecast import Forecast
from core.training.settings import CHANGEABLE, TrainParams
from core.training.train import TrainingReport
from workbench.data_box import DataBox
from workbench.forms import Form
from workbench.icons import IconButton
from workbench.memory_account import megabytes
from workbench.parts import dressed, label, scrolled, spoken, tight
from workbench.saved_params import save_params, saved_params
from workbench.session import Session
from workbench.view import View
from workbench.widgets.curves import CurvesView
from workbench.widgets.flow import FlowLayout
from workbench.widgets.number_text import duration

#: The data set that is chosen at first.
FIRST_DATA = "fashion_mnist"
#: Curves by the order of their colours, which the time machine shares.
CURVES = ("loss", "test", "training", "rate")
#: Between which widths the settings beside the curves are, in px.
SETTINGS_WIDTHS = 216, 280


class TrainingView(View):
    """Trains the open network; what it learns is seen in every dock, and kept as one step."""

    title = "Training"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"model", "training"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.coach = session.coach
        self.train_button = dressed(QPushButton("Train"), "main")
        self.train_button.clicked.connect(self.start)
        self.forecast_button = QPushButton("Forecast")
        self.forecast_button.setToolTip("Measure the time and memory that it would take")
        self.forecast_button.clicked.connect(self.forecast)
        self.stop_button = QPushButton("Stop")
        self.stop_button.setToolTip("End after this step, and keep what was learned")
        self.stop_button.clicked.connect(lambda: self.coach.stop())
        self.after_epoch_button = QPushButton("After epoch")
        self.after_epoch_button.setToolTip("Stop when this epoch is over, and examined")
        self.after_epoch_button.clicked.connect(lambda: self.coach.stop(after_epoch=True))
        self.pause_button = IconButton("pause", "Pause", self)
        self.pause_button.clicked.connect(self.coach.pause)
        self.step_button = IconButton("step", "One step", self)
        self.step_button.clicked.connect(self.coach.step)
        self.figures = {name: label("–", "number") for name in _FIGURES}
        self.message = label(part="secondary", wraps=True)
        self.message.hide()
        self.curves = CurvesView(empty="Press Train: the curves grow here.", names=CURVES)
        self.data = DataBox(FIRST_DATA)
        self.data.refused.connect(lambda why: self._say(why, True))
        self.data.changed.connect(self._on_data)
        self._on_data()
        session.changed.connect(self._on_told)
        self.seed = spoken(QSpinBox(maximum=2**31 - 1), "Seed")
        self.seed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.seed.setMinimumWidth(72)
        self.device = spoken(QComboBox(), "Device")
        self.device.setToolTip("What the network is trained on")
        self._list_devices()
        above = (("Data", self.data), ("Seed", self.seed), ("Device", self.device))
        self.form: Form[TrainParams] = Form(self._saved(), above=above)
        self.form.changed.connect(self._on_settings)
        self._lay_out()
        self._show_state()
        self.coach.state_changed.connect(self._on_state)
        self.coach.said.connect(self._say)
        self.coach.news.curves_due.connect(self._show_curves)

    # What the person does

    def start(self) -> None:
        """Train the open network with these settings."""
        self.coach.start(self.form.params, self.data.text, self.seed.value())

    def forecast(self) -> None:
        """Measure what that would take."""
        self.forecast_button.setEnabled(False)
        self._say("Measuring a few steps…")
        self.coach.forecast(
            self.form.params,
            self.data.text,
            self.seed.value(),
            on_done=self._on_forecast,
            on_error=self._on_no_forecast,
        )

    @property
    def is_running(self) -> bool:
        """Whether a training is under way, paused or not."""
        return self.coach.is_running

    # What a view does

    def update_view(self) -> None:
        """Show what would be trained."""
        model = self.session.model
        self.set_subtitle(model.name if model is not None else "")
        saved = self._saved()
        if saved != self.form.params:
            self.form.set_params(saved)
            self.coach.change(saved)
        if not self.coach.is_running:
            self._show_curves("")
        self._show_state()

    def exportable(self) -> Curves | None:
        """The curves."""
        return self.coach.news.report.curves if self.coach.news.report is not None else None

    # Inside

    def _show_curves(self, only: str) -> None:
        """Draw a panel of the curves, or all, and the figures."""
        report = self.coach.news.report
        if not self.isVisible() or report is None:
            return
        self.curves.show_curves(report.curves, only)
        for name, text in _figures(report).items():
            self.figures[name].setText(text)
        self.set_readout(f"{report.steps_per_second:.0f} steps/s")

    def _on_state(self) -> None:
        self._show_state()
        self.forecast_button.setEnabled(True)
        if not self.coach.is_running and not self.coach.is_watching:
            self.curves.show_all()

    def _on_forecast(self, found: Forecast) -> None:
        self.forecast_button.setEnabled(True)
        self._say(told_forecast(found), not found.fits)

    def _on_no_forecast(self, error: Exception) -> None:
        self.forecast_button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self._say(str(error), True)

    def _on_settings(self, params: TrainParams) -> None:
        save_params(self.session, self.name, params)
        self.coach.change(params)

    def _on_data(self) -> None:
        self.session.tell_data(self.data.text)

    def _list_devices(self) -> None:
        engine = self.session.engine
        if engine is None:
            return
        for name, title in engine.devices.items():
            self.device.addItem(title, name)
        self.device.setCurrentIndex(self.device.findData(self.coach.device or engine.device))
        self.device.activated.connect(self._on_device)

    def _on_device(self) -> None:
        self.coach.device = self.device.currentData()

    def _on_told(self, names: frozenset[str]) -> None:
        """Learn with the options that the data set was given, also while this dock is hidden."""
        if "data" in names:
            self.data.follow(self.session.now.data)

    def _saved(self) -> TrainParams:
        return saved_params(self.session, self.name, TrainParams)

    def _show_state(self) -> None:
        running, watching = self.coach.is_running, self.coach.is_watching
        paused = self.coach.is_paused
        self.train_button.setVisible(not running)
        self.forecast_button.setVisible(not running and not watching)
        self.stop_button.setVisible(running or watching)
        self.stop_button.setText("Stop watching" if watching else "Stop")
        for widget in (self.after_epoch_button, self.pause_button, self.step_button):
            widget.setVisible(running)
        self.after_epoch_button.setEnabled(not self.coach.is_ending)
        self.pause_button.set_icon("play" if paused else "pause", "Go on" if paused else "Pause")
        for name in {row.name for row in options_of(TrainParams)} - set(CHANGEABLE):
            self.form.editor(name).setEnabled(not running)
        self.data.setEnabled(not running)
        self.seed.setEnabled(not running)
        self.device.setEnabled(not running)

    def _say(self, sentence: str, problem: bool = False) -> None:
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        controls = QWidget()
        row = tight(QHBoxLayout(controls))
        for widget in (
            self.train_button,
            self.forecast_button,
            self.stop_button,
            self.after_epoch_button,
            self.pause_button,
            self.step_button,
        ):
            row.addWidget(widget)
        figures = QWidget()
        told = tight(QHBoxLayout(figures), 16)
        for name, figure in self.figures.items():
            told.addLayout(_figure(name, figure))
        head = FlowLayout(spacing=12)
        head.addWidget(controls)
        head.addWidget(figures)
        below = tight(QHBoxLayout(), 16)
        below.addWidget(self._settings(), 1)
        below.addWidget(self.curves, 1)
        whole = tight(QVBoxLayout(self))
        whole.addLayout(head)
        whole.addWidget(self.message)
        whole.addLayout(below, 1)

    def _settings(self) -> QScrollArea:
        inner = QWidget()
        column = tight(QVBoxLayout(inner), 6)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.form)
        column.addStretch(1)
        area = scrolled(inner)
        narrowest, widest = SETTINGS_WIDTHS
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(max(narrowest, inner.minimumSizeHint().width() + bar))
        area.setMaximumWidth(max(widest, area.minimumWidth()))
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


def told_forecast(found: Forecast) -> str:
    """What a training would take, in a sentence."""
    time = f"{found.steps:,} steps in about {duration(found.seconds)}"
    memory = f"{megabytes(found.bytes)} of the {found.free / 1e9:,.1f} GB that are free"
    if found.fits:
        return f"It would take {time}, and {memory}."
    largest = f"at most {found.largest:,} pictures fit at once" if found.largest else "none fits"
    return f"It would need {memory}: {largest}; choose a smaller batch, or more parts of it."


def _figure(name: str, value: QLabel) -> QVBoxLayout:
    column = tight(QVBoxLayout(), 0)
    column.addWidget(label(name, "caption"))
    column.addWidget(value)
    return column
