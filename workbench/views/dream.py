"""Dream: let a layer exaggerate what it sees, live."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.analysis.dream_stream import DreamStreamParams, Topic, dream_stream
from core.analysis.methods.deep_dream import DeepDreamParams
from core.errors import UserError
from core.jobs import Job, Progress
from core.results import Picture
from workbench.forms import Form
from workbench.parts import dressed, label, tight
from workbench.saved_params import save_params, saved_params
from workbench.saving import save_as
from workbench.session import Session
from workbench.view import View
from workbench.widgets.picture import PictureView

#: How deep the layer lies that is dreamt of at first, as a share of the convolutions.
DEPTH = 0.7


class DreamView(View):
    """Each frame is changed towards what the layer responds to, and the next begins there."""

    title = "Dream"
    menu = "Dream"
    workspace = "Dream"
    needs = frozenset({"model", "snapshot", "layer", "unit", "source"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._job: Job | None = None
        self._frames: object = None
        self._result: Picture | None = None
        self.picture = PictureView(empty="Choose an image first.")
        self.form: Form[DreamStreamParams] = Form(self._saved())
        self.form.changed.connect(partial(save_params, session, self.name))
        self.options = self.form
        self.deep = dressed(QPushButton("Dream deeply"), "main")
        self.deep.setToolTip("Hold this frame, and take the time for a full dream of it")
        self.deep.clicked.connect(self.dream_deeply)
        self.live = QPushButton("Live")
        self.live.setToolTip("Dream on every frame again")
        self.live.clicked.connect(self.dream_live)
        self.live.hide()
        self.save = QPushButton("Save a still…")
        self.save.clicked.connect(partial(save_as, self))
        self.message = label(part="secondary", wraps=True)
        row = tight(QHBoxLayout())
        row.addWidget(self.deep)
        row.addWidget(self.live)
        row.addWidget(self.save)
        row.addWidget(self.message, 1)
        column = tight(QVBoxLayout(self))
        column.addWidget(self.picture, 1)
        column.addLayout(row)

    def update_view(self) -> None:
        """Dream of what is chosen now, going on from the last dream."""
        if (saved := self._saved()) != self.form.params:
            self.form.set_params(saved)
        topic, engine = self._topic(), self.session.engine
        if topic is None or engine is None or engine.feed is None:
            return
        unit = f", unit {topic.unit}" if topic.params.unit_only else ""
        self.set_subtitle(f"{topic.snapshot.model.name} · {topic.layer}{unit}")
        self.live.hide()
        if self._job is not None and self._job.is_live and self._frames is engine.feed.latest:
            self._job.send(topic)
            return
        self._frames = engine.feed.latest
        self._say("")
        self._job = self.session.start(
            "Dreaming",
            partial(dream_stream, topic, engine.feed.latest, device=engine.device),
            lane="dream",
            key="dream",
            on_progress=self._on_dream,
            on_error=self._on_error,
        )

    def dream_live(self) -> None:
        """Dream on every frame."""
        self.stop()
        self.update_view()

    def dream_deeply(self) -> None:
        """Take the time for a full dream of the present frame."""
        from core.analysis.declare import ANALYSES, Inputs

        topic, seen = self._topic(), self.session.now.seen
        if topic is None or seen is None:
            return
        self.live.show()
        inputs = Inputs(
            snapshot=topic.snapshot,
            frame=seen.frame,
            layer=topic.layer,
            unit=topic.unit,
            device=self.session.engine.device if self.session.engine else "cpu",
        )
        params = DeepDreamParams(unit_only=topic.params.unit_only, signal=topic.params.signal)
        self._job = self.session.start(
            "Dreaming deeply",
            partial(ANALYSES["deep_dream"].start, inputs, params),
            lane="dream",
            key="dream",
            on_progress=self._on_deep_progress,
            on_done=self._on_deep,
            on_error=self._on_error,
        )

    def exportable(self) -> Picture | None:
        """The dream on show: a still."""
        return self._result

    def stop(self) -> None:
        """Dream no more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock dreams of nothing."""
        super().hideEvent(event)
        self.stop()
        self._stale = True

    def _topic(self) -> Topic | None:
        snapshot, layer = self.session.snapshot(self.name), self._layer()
        if snapshot is None or not layer:
            return None
        return Topic(snapshot, layer, self.session.document.unit, self.form.params)

    def _layer(self) -> str:
        """The chosen layer, or where the network has no such: a convolution deep enough."""
        rows = self.session.table(self.name)
        if any(row.name == self.session.document.layer for row in rows):
            return self.session.document.layer
        convolutions = [row.name for row in rows if row.kind == "Conv2d"]
        return convolutions[int(DEPTH * len(convolutions))] if convolutions else ""

    def _saved(self) -> DreamStreamParams:
        return saved_params(self.session, self.name, DreamStreamParams)

    def _on_dream(self, news: Progress) -> None:
        if isinstance(news.partial, Picture):
            self._show(news.partial)
            rate = news.partial.statistics.get("dreams per second", 0.0)
            self.set_readout(f"{rate:.0f} dreams/s")

    def _on_deep_progress(self, news: Progress) -> None:
        self.set_readout(f"step {news.done} of {news.total}")
        if isinstance(news.partial, Picture):
            self._show(news.partial)

    def _on_deep(self, picture: Picture) -> None:
        self._show(picture)
        self.set_readout("done")

    def _show(self, picture: Picture) -> None:
        self._result = picture
        self.picture.show_picture(picture.picture)

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(str(error), True)

    def _say(self, sentence: str, problem: bool = False) -> None:
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)
