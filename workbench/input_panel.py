"""The input: what the network looks at, and what it takes it for; always reachable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.analysis.live import Request
from core.analysis.methods.predictions import PredictionsParams
from core.data.cameras import CAMERAS
from core.data.datasets import DATASETS
from core.data.source import Source, photographs
from core.errors import UserError
from core.options import options_of, values_of, with_values
from core.results import Box
from workbench.fields import field_box
from workbench.forms import Form
from workbench.parts import label, named
from workbench.sample_choice import SampleChoice
from workbench.widgets.bars import BarsView
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.picture import Overlay, PictureView

if TYPE_CHECKING:
    from workbench.session import Session

FILES = (
    "Pictures and videos (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff "
    "*.mp4 *.avi *.mov *.mkv *.webm);;All files (*)"
)

#: Heights between which the picture follows its frame, in px.
LOWEST, HIGHEST = 120, 420

#: How often the rate, or what the camera has to say, is told, in ms.
CLOCK_MS = 400

#: The key under which the panel asks the live path for predictions.
KEY = "input"


class _Picture(PictureView):
    """A picture of a height that it gives up where there is no room for it."""

    _wanted = LOWEST

    def set_wanted(self, height: int) -> None:
        """Be so high, in px."""
        if height != self._wanted:
            self._wanted = height
            self.setMaximumHeight(height)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as it comes."""
        return QSize(super().sizeHint().width(), self._wanted)

    def minimumSizeHint(self) -> QSize:
        """Something can still be seen at it."""
        return QSize(super().minimumSizeHint().width(), LOWEST)


class InputPanel(QWidget):
    """The picture with what is outlined on it, how to choose another, and the predictions."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.picture = _Picture(empty="Drop a picture here.")
        self.bars = BarsView(empty="No classes: this network ends in features.")
        self.bars.clicked.connect(self._on_class)
        self.name = ElidedLabel(part="caption")
        self.rate = label(part="caption")
        self.waiting = label(part="danger", wraps=True)
        self.waiting.hide()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tell_feed)
        self._clock.start()
        self.freeze = QPushButton("Freeze")
        self.freeze.setCheckable(True)
        self.freeze.setToolTip("Hold this frame (F)")
        self.freeze.clicked.connect(session.freeze)
        self.photo = _menu_button("Photo", self._fill_photographs)
        self.sample = _menu_button("Data", self._fill_samples)
        self.camera = _menu_button("Camera", self._fill_cameras)
        self.which = SampleChoice()
        self.which.chosen.connect(session.look_at)
        self.settings = QVBoxLayout()
        self.milliseconds = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignRight)
        self._form: Form[Any] | None = None
        self._lay_out()
        session.changed.connect(self._on_changed)
        session.seen.connect(self._on_seen)
        session.said.connect(self._show_sample)  # a sample that there is not was asked for
        self._on_changed(frozenset({"source", "model", "target", "frozen"}))

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(label("Input", "title"))
        heading.addWidget(self.name, 1)
        heading.addWidget(self.rate)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.photo, self.sample, self.camera, self.freeze):
            buttons.addWidget(button, 1)
        prediction = QHBoxLayout()
        prediction.addWidget(label("Prediction", "title"))
        prediction.addWidget(self.milliseconds, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        below = QVBoxLayout()
        below.addStretch(1)
        panel = _panel(heading, self.picture, self.waiting, buttons, self.which, self.settings)
        column.addWidget(panel)
        column.addWidget(_panel(prediction, self.bars, below), 1)

    # What the session tells

    def _on_changed(self, names: frozenset[str]) -> None:
        document = self.session.document
        if "source" in names:
            self._show_source()
        if names & {"model", "snapshot", "source"}:
            self._watch()
        if "target" in names or "model" in names:
            self.bars.select(document.target)
        if "frozen" in names or "source" in names:
            self.freeze.setChecked(self.session.now.frozen)
        if names & {"layer", "cell", "unit", "model"}:
            self._outline()

    def _watch(self) -> None:
        snapshot = self.session.snapshot()
        if snapshot is None:
            return
        from core.analysis.declare import Inputs

        classes = len(snapshot.model.classes)
        params = PredictionsParams(count=max(1, min(5, classes)))
        device = self.session.engine.device if self.session.engine else "cpu"
        inputs = Inputs(snapshot=snapshot, device=device)
        self.session.watch(KEY, Request(KEY, "predictions", inputs, params))

    def _on_seen(self) -> None:
        seen = self.session.now.seen
        if seen is None or seen.frame is None:
            return
        self._fit_picture(*seen.frame.shape[:2])
        self.picture.show_picture(seen.frame)
        self._outline()
        result = seen.results.get(KEY)
        if isinstance(result, UserError):
            self.bars.show_predictions(None)
            self.bars.set_empty(self._why_none(result))
            self.milliseconds.set_text("")
        elif result is not None:
            self.bars.show_predictions(result)
            model = self.session.model
            self.milliseconds.set_text(f"{model.name if model else ''} · {seen.forward_ms:.0f} ms")

    def _why_none(self, error: UserError) -> str:
        """Why there are no predictions: for a network that does not fit, which layer it is."""
        misfit = next((row for row in self.session.table() if row.is_misfit), None)
        if misfit is None:
            return str(error)
        return f"{misfit.name} does not fit, so nothing is predicted yet."

    def _tell_feed(self) -> None:
        """The rate that the live view really has, or why the camera is waited for."""
        feed = self.session.engine.feed if self.session.engine else None
        seen = self.session.now.seen
        waiting = feed.message if feed is not None else ""
        self.waiting.setText(waiting)
        self.waiting.setVisible(bool(waiting))
        if feed is not None and waiting and not feed.latest.number:
            self._show_nothing()
        if seen is None or waiting or self.session.is_still:
            self.rate.setText("")
        else:
            self.rate.setText(f"{seen.rate:.0f} of {seen.camera_rate:.0f} frames/s")

    def _show_nothing(self) -> None:
        """What was seen before is not what the camera sees."""
        self.picture.show_picture(None)
        self.bars.show_predictions(None)
        self.bars.set_empty("Nothing is seen yet.")
        self.milliseconds.set_text("")

    def _fit_picture(self, height: int, width: int) -> None:
        """As high as the frame is at this width, within bounds; lower in a low window."""
        wanted = round(self.picture.width() * height / width)
        self.picture.set_wanted(max(LOWEST, min(wanted, HIGHEST)))

    def _outline(self) -> None:
        """The crop that the network sees, and the receptive field of the chosen cell, on it."""
        seen = self.session.now.seen
        if seen is None or seen.box is None:
            return
        self.picture.set_crop(seen.box)
        field = self._receptive_field(seen.box)
        boxes = [Overlay("receptive field", field, "accent")] if field is not None else []
        self.picture.set_overlays(boxes)

    def _receptive_field(self, crop: Box) -> Box | None:
        document, model = self.session.document, self.session.model
        if document.cell is None or model is None:
            return None
        row = next((r for r in self.session.table() if r.name == document.layer), None)
        if row is None or row.receptive_field is None:
            return None
        box = field_box(row.receptive_field, document.cell, model.preprocessing)
        return box.on_frame(crop, model.preprocessing.size)

    def _show_source(self) -> None:
        source = self.session.document.source
        self.name.set_text(source.title if source else "")
        self.which.show_source(source)
        self.freeze.setVisible(source is not None and source.kind == "camera")
        self._show_form(source)

    def _show_sample(self) -> None:
        self.which.show_source(self.session.document.source)

    def _show_form(self, source: Source | None) -> None:
        """The options of a drawn camera, under the picture."""
        params = _drawing(source)
        if params is None:
            if self._form is not None:
                self._form.setParent(None)
                self._form.deleteLater()
                self._form = None
            return
        if self._form is not None and type(self._form.params) is type(params):
            self._form.set_params(params)
            return
        self._show_form(None)
        self._form = Form(params)
        self._form.changed.connect(self._on_camera_options)
        self.settings.addWidget(self._form)

    # What the person does

    def _on_class(self, index: int) -> None:
        self.session.select_target(None if index == self.session.document.target else index)

    def _on_camera_options(self, params: Any) -> None:
        source = self.session.document.source
        if source is not None:
            self.session.edit(source=replace(source, settings=tuple(values_of(params).items())))

    def open_file(self) -> None:
        """Ask for a picture or video file, and look at it."""
        name, _ = QFileDialog.getOpenFileName(self, "Look at a picture or video", "", FILES)
        if name:
            self.look_at_text(name)

    def look_at_text(self, text: str) -> None:
        """Look at what a text names: a file, a sample, a camera."""
        try:
            self.session.look_at(Source.parse(text))
        except UserError as error:
            self.session.say(str(error), problem=True)

    def _fill_photographs(self, menu: QMenu) -> None:
        menu.addAction("Open a file…", self.open_file)
        menu.addSeparator()
        for source in photographs():
            menu.addAction(source.title, partial(self.session.look_at, source))

    def _fill_samples(self, menu: QMenu) -> None:
        there = {name: data for name, data in DATASETS.items() if data.opens is None}
        for name, data in there.items():
            menu.addAction(data.title, partial(self.look_at_text, f"{name}:test:0"))

    def _fill_cameras(self, menu: QMenu) -> None:
        for index in range(3):
            source = Source("camera", "webcam", settings=(("device", str(index)),))
            menu.addAction(f"Webcam {index}", partial(self.session.look_at, source))
        menu.addAction("Webcam by name…", self._ask_webcam)
        menu.addAction("Camera at an address…", self._ask_address)
        menu.addSeparator()
        for name, kind in CAMERAS.items():
            if not kind.real:
                menu.addAction(kind.title, partial(self.session.look_at, Source("camera", name)))

    def _ask_webcam(self) -> None:
        text, given = QInputDialog.getText(self, "Webcam", "Name or path, such as /dev/video2")
        if given and text.strip():
            settings = (("device", text.strip()),)
            self.session.look_at(Source("camera", "webcam", settings=settings))

    def _ask_address(self) -> None:
        text, given = QInputDialog.getText(
            self, "Camera at an address", "Address of an MJPEG stream"
        )
        if given and text.strip():
            settings = (("address", text.strip()),)
            self.session.look_at(Source("camera", "mjpeg", settings=settings))


def _drawing(source: Source | None) -> Any:
    """The options of a drawn camera; None for what has none, or cannot be opened."""
    if source is None or source.kind != "camera" or source.name not in CAMERAS:
        return None
    kind = CAMERAS[source.name]
    if kind.real or not options_of(kind):
        return None
    with suppress(UserError):  # which is said where it is opened
        return with_values(kind, dict(source.settings))
    return None


def _menu_button(text: str, fill: Any) -> QPushButton:
    button = QPushButton(text)
    menu = QMenu(button)
    menu.aboutToShow.connect(menu.clear)
    menu.aboutToShow.connect(lambda: fill(menu))
    button.setMenu(menu)
    return button


def _panel(*parts: Any) -> QFrame:
    panel = named(QFrame(), "panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(12, 10, 12, 12)
    column.setSpacing(8)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return panel
