"""Exams of the moments of a run, taken one at a time, and then of the newest that is wanted."""

from __future__ import annotations

from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import Job
from core.network.snapshot import Snapshot
from core.training.examination import examine
from core.training.observation import Exam
from workbench.session import Session

#: An exam that has taken so long, in s, gives way to that of another moment.
PATIENCE = 1.0


class MomentExams(QObject):
    """Remembers the exams of one run by their steps.

    A short exam is finished before the next one begins, so that a film shows some of them.
    """

    #: An exam begins.
    began = Signal()
    #: How far it is: a Progress.
    progressed = Signal(object)
    #: It is over: the Exam.
    came = Signal(object)
    #: Why there can be none.
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[int, Exam] = {}
        self._wanted: tuple[Snapshot, Samples] | None = None
        self._job: Job | None = None
        self._step = -1
        self._refused = -1

    def known(self, step: int) -> Exam | None:
        """The exam of a moment, if it was taken."""
        return self._known.get(step)

    def want(self, snapshot: Snapshot, samples: Samples) -> None:
        """Take the exam of a moment next, unless it was stopped, or there can be none of it."""
        if snapshot.step == self._refused:
            return
        self._refused = -1
        job = self._job
        if job is None or not job.is_live:
            self._begin(snapshot, samples)
        elif snapshot.step == self._step:
            self._wanted = None
        elif monotonic() - job.began >= PATIENCE:
            self._begin(snapshot, samples)
        else:
            self._wanted = snapshot, samples

    def give_up(self) -> None:
        """No exam is wanted any more."""
        self._wanted = None
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """Give up the exam under way until another moment is wanted."""
        self._refused = self._wanted[0].step if self._wanted is not None else self._step
        self.give_up()

    def forget(self) -> None:
        """The exams were those of another run."""
        self.give_up()
        self._known.clear()
        self._refused = -1

    def _begin(self, snapshot: Snapshot, samples: Samples) -> None:
        self._wanted, self._step = None, snapshot.step
        engine = self._session.engine
        self.began.emit()
        self._job = self._session.start(
            f"Examining step {snapshot.step:,}",
            partial(examine, snapshot, samples, engine.device if engine is not None else "cpu"),
            lane="analyse",
            key="exam of a moment",
            on_progress=self.progressed.emit,
            on_done=self._on_done,
            on_error=self._on_error,
        )

    def _on_done(self, exam: Exam) -> None:
        self._known[exam.step] = exam
        self.came.emit(exam)
        if self._wanted is not None:
            self._begin(*self._wanted)

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._refused = self._step
        self.failed.emit(str(error))
