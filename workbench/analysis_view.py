"""The content of a dock that shows what one analysis finds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import UserError
from core.registry import Registry
from workbench.saved_params import save_params, saved_params
from workbench.view import View
from workbench.work_strip import WorkStrip

if TYPE_CHECKING:
    from core.analysis.declare import Analysis, Inputs
    from core.jobs import Job, Progress
    from workbench.session import Session


class AnalysisView(View):
    """A view of one analysis: form, progress, Stop and messages come with it.

    Subclasses name the `analysis`, make the `canvas`, and show a result; a live analysis runs
    with every frame, any other on a lane of its own whenever what it needs has changed.
    """

    analysis: ClassVar[str]
    lane: ClassVar[str] = "analyse"
    #: Whether it starts by itself, or waits for the person to press Run.
    automatic: ClassVar[bool] = True

    def __init_subclass__(cls, **options: Any) -> None:
        if "analysis" in vars(cls):
            declared = _analyses()[cls.analysis]
            cls.title = vars(cls).get("title", declared.title)
            cls.needs = cls.needs | _fields_of(declared)
        super().__init_subclass__(**options)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.declared: Analysis = _analyses()[self.analysis]
        self.result: Any = None
        self._job: Job | None = None
        self._again = False
        self._asked: tuple[Any, ...] = ()
        self.form = self._make_form()
        self.options = self.form
        self.canvas = self.make_canvas()
        self.strip = WorkStrip(self)
        self.strip.stopped.connect(self._on_stop)
        self.strip.started.connect(self.run)
        self.strip.run.setVisible(not self.automatic)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.strip)
        if self.declared.live:
            session.seen.connect(self._on_seen)

    # What a subclass defines

    def make_canvas(self) -> QWidget:
        """The widget that shows the result."""
        raise NotImplementedError

    def show_result(self, result: Any) -> None:
        """Put a result, or a partial one, on the canvas."""
        raise NotImplementedError

    def clear(self) -> None:
        """Take the last result off the canvas, where there is nothing to show."""

    # What it may ask

    @property
    def params(self) -> Any:
        """The options in the form; None for an analysis without."""
        return self.form.params if self.form is not None else None

    def layer(self) -> str:
        """The layer that is looked at."""
        return self.session.layer(self.name)

    def work(self) -> Callable[[], Any]:
        """What a lane is to run."""
        return partial(self.declared.start, self.inputs(), self.params)

    def inputs(self) -> Inputs:
        """What the analysis is to look at."""
        from core.analysis.declare import Inputs  # torch: views are made after the first paint

        document, seen = self.session.document, self.session.now.seen
        return Inputs(
            snapshot=self.session.snapshot(self.name),
            frame=seen.frame if seen is not None else None,
            layer=self.layer(),
            unit=document.unit,
            cell=document.cell,
            target=document.target,
            device=self.session.engine.device if self.session.engine else "cpu",
        )

    def exportable(self) -> Any:
        """The last result."""
        return self.result

    def say(self, sentence: str, problem: bool = False) -> None:
        """Tell the person something under the canvas."""
        self.strip.say(sentence, problem)

    def update_view(self) -> None:
        """Ask for the result of the present inputs."""
        self._show_settings()
        if self.declared.live:
            self._watch()
        elif self.automatic and self._question() != self._asked:
            self.run()

    def run(self) -> None:
        """Start the analysis, in place of the one that runs."""
        if self.session.engine is None:
            return
        before, self._asked = self._asked, self._question()
        moved_on = self._is_followed and before[1:] == self._asked[1:]
        if self._job is not None and self._job.is_live and moved_on:
            self._again = True  # while the weights alone change, each run ends before the next
            return
        self._again = False
        self.strip.begin()
        self._job = self.session.start(
            self.title,
            self.work(),
            lane=self.lane,
            key=f"view {self.name}",
            awaited=not moved_on or self.session.now.recalled is not None,
            on_progress=self._on_progress,
            on_done=self._on_done,
            on_error=self._on_error,
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden dock asks for nothing."""
        super().hideEvent(event)
        if self.declared.live:
            self.session.watch(self.name, None)
            self._stale = True
        self._rest()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with the work that rested."""
        super().showEvent(event)
        self._rest()

    def stop(self) -> None:
        """Give up the work under way."""
        if self._job is not None:
            self._job.cancel()
        self.strip.end()

    # Inside

    @property
    def _is_followed(self) -> bool:
        """Whether the weights move on by themselves: those of a training, or of a film of it."""
        now = self.session.now
        return now.followed is not None or now.recalled is not None

    def _on_changed(self, names: frozenset[str]) -> None:
        super()._on_changed(names)
        self._rest()

    def _rest(self) -> None:
        """While a network trains, the work of a dock that is not seen waits."""
        if self._job is None or not self._job.is_live:
            return
        rests = self._is_followed and not self.isVisible()
        if rests and self._job.state != "paused":
            self._job.pause()
        elif not rests and self._job.state == "paused":
            self._job.resume()

    def _question(self) -> tuple[Any, ...]:
        """What the analysis is given, to be compared: the same is not asked twice."""
        inputs = self.inputs()
        given = (getattr(inputs, name) for name in self.declared.needs if name in _COMPARED)
        looks = {"frame", "image"} & set(self.declared.needs)
        frame = _Itself(inputs.frame) if looks else None
        return (inputs.snapshot, frame, self.params, *given)

    def _make_form(self) -> Any:
        if self.declared.params is None:
            return None
        from workbench.forms import Form

        form: Form[Any] = Form(self._saved_params())
        form.changed.connect(self._on_form_changed)
        return form

    def _saved_params(self) -> Any:
        assert self.declared.params is not None
        return saved_params(self.session, self.name, self.declared.params)

    def _show_settings(self) -> None:
        if self.form is not None and (saved := self._saved_params()) != self.form.params:
            self.form.set_params(saved)

    def _on_form_changed(self, params: Any) -> None:
        save_params(self.session, self.name, params)

    def _watch(self) -> None:
        from core.analysis.live import Request

        snapshot = self.session.snapshot(self.name)
        if snapshot is not None:
            self.session.watch(
                self.name, Request(self.name, self.analysis, self.inputs(), self.params)
            )

    def _on_seen(self) -> None:
        seen = self.session.now.seen
        if not self.isVisible() or seen is None or self.name not in seen.results:
            return
        result = seen.results[self.name]
        if isinstance(result, UserError):
            self.clear()
            self.say(str(result), problem=True)
        else:
            self.say("")
            self.result = result
            self.show_result(result)

    def _on_progress(self, news: Progress) -> None:
        self.strip.show_progress(news)
        if news.partial is not None:
            self.result = news.partial
            self.show_result(news.partial)

    def _on_done(self, result: Any) -> None:
        self.strip.end()
        self.result = result
        self.show_result(result)
        if self._again:
            self.run()

    def _on_error(self, error: Exception) -> None:
        self.strip.end()
        if not isinstance(error, UserError):
            raise error
        self.clear()
        self.say(str(error), problem=True)

    def _on_stop(self) -> None:
        self.stop()
        self.say("Stopped; what had been found is shown.")


#: Which fields of Document and Now an analysis's inputs come from.
_FIELDS = {
    "subject": {"model", "snapshot"},
    "frame": {"frame"},
    "image": {"frame", "model", "snapshot"},
    "layer": {"layer", "model"},
    "unit": {"unit"},
    "cell": {"cell"},
    "target": {"target"},
}


class _Itself:
    """A thing that equals itself alone; held, so that its identity is not given away again."""

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other._thing is self._thing

    def __hash__(self) -> int:
        return id(self._thing)


#: Inputs that say by their value whether the question is another one.
_COMPARED = frozenset({"layer", "unit", "cell", "target", "samples", "seed"})


def _fields_of(declared: Analysis) -> frozenset[str]:
    return frozenset().union(*(_FIELDS.get(name, set()) for name in declared.needs))


def _analyses() -> Registry[Analysis]:
    from core.analysis.declare import ANALYSES  # torch: views are imported after the first paint

    return ANALYSES
