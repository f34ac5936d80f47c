"""Train a network as a generator of complete reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from math import ceil, inf
from time import perf_counter
from typing import Any

from core.data.datasets import Samples
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.options import checked
from core.results import Curves
from core.training.distributed import Team
from core.training.divergence import Diverged
from core.training.learner import Learner, TrainingState
from core.training.observer import Observer
from core.training.settings import Change, Control, Stop, TrainParams

#: Reports over which the steps per second are measured.
PACES = 30
#: Reports are at least this far apart, in s, at first and after so many s of training: what they
#: cost is then lost in the steps.
REPORT_EVERY, CALMER_EVERY, CALMER_AFTER = 0.1, 0.25, 10.0
#: Steps with a report however short they are: at first a network changes most.
EARLY = (1, 2, 4, 8, 16, 32, 64)
#: States to go on from are at most about this far apart, in s: what a crash may cost.
STATE_EVERY = 5.0


@dataclass(frozen=True, eq=False)
class TrainingReport:
    """Training as it stands, complete in itself; nothing in it changes later.

    `state` comes every few seconds, after each measured test accuracy and each change of the
    settings, and with the last report.  `notes` are sentences on what happened on the way;
    `observation` is the newest of the observer, if there is one.
    """

    curves: Curves
    snapshot: Snapshot
    epoch: int
    epochs: int
    step: int
    steps: int
    steps_per_second: float
    seconds_left: float
    state: TrainingState | None = None
    notes: tuple[str, ...] = ()
    observation: Any = None


def train(
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    params: TrainParams,
    *,
    seed: int,
    device: str = "cpu",
    steps: int | None = None,
    resume: TrainingState | None = None,
    observer: Observer | None = None,
    team: Team | None = None,
) -> Generator[Progress, Control | None, Snapshot]:
    """Learn `data` and give the trained network, whose classes are then those of the data.

    Yields after each step and each slice of the test set, with a TrainingReport at most every
    `REPORT_EVERY` s, after the `EARLY` steps, and at the end.  `Stop` and `Change` are sent to
    it.  `steps` replaces the epochs' number of steps.  Goes on from `resume`, the state of the
    same training: on the CPU the same seed gives the same weights, bit for bit, also of one that
    was broken off.  Where the memory does not suffice it learns each batch in parts, and notes
    that.  The observer looks on.
    All processes of a `team` train alike, each with its part of every batch.
    Raises UserError if network, data, params and device do not fit each other.  Raises Diverged,
    naming the layer, if the loss of a step is no number: the last report is that of the step
    before, as far as the weights were good then, and else the last good one.
    """
    learner = Learner(
        snapshot,
        data,
        test,
        checked(params),
        seed=seed,
        device=device,
        steps=steps,
        observer=observer,
        team=team,
    )
    if resume is not None:
        learner.restore(resume)
    reports = _Reports(learner, observer)
    try:
        yield from _followed(learner, reports)
        last = reports.report(with_state=True)
    except Diverged:
        good = _good(reports)
        if good is not None:
            yield Progress(learner.step, learner.steps, good)
        raise
    yield Progress(learner.step, learner.steps, last)
    return last.snapshot


def _followed(learner: Learner, reports: _Reports) -> Generator[Progress, Control | None, None]:
    """Let it learn up to the end, or to a `Stop`."""
    began, is_last = perf_counter(), False
    for _ in learner.work():
        report = reports.after(perf_counter() - began)
        message = yield Progress(learner.step, learner.steps, report)
        if isinstance(message, Stop):
            if not message.after_epoch:
                return
            is_last = True
        if is_last and learner.has_ended_epoch:
            return
        if isinstance(message, Change) and learner.change(message):
            reports.expect_state()
        began = perf_counter()


def _good(reports: _Reports) -> TrainingReport | None:
    """The report of this moment, if the weights are numbers."""
    try:
        return reports.report(with_state=True)
    except Diverged:
        return None


class _Reports:
    """Reports of a learner when they are due; knows how fast its steps come, pauses left out."""

    def __init__(self, learner: Learner, observer: Observer | None) -> None:
        self._learner = learner
        self._observer = observer
        self._observation: Any = None
        self._busy = 0.0
        self._paces = deque([(learner.step, 0.0)], maxlen=PACES)
        self._tests = learner.log.tests
        self._reported, self._saved = -inf, perf_counter()
        self._newest = learner.step

    def after(self, seconds: float) -> TrainingReport | None:
        """The report after a piece of work that took so long, if one is due."""
        self._busy += seconds
        now, tests = perf_counter(), self._learner.log.tests
        with_state = tests > self._tests or now - self._saved >= STATE_EVERY
        is_early = self._newest < self._learner.step in EARLY
        every = REPORT_EVERY if self._busy < CALMER_AFTER else CALMER_EVERY
        if not (with_state or is_early) and now - self._reported < every:
            return None
        self._tests, self._reported = tests, now
        self._saved = now if with_state else self._saved
        return self.report(with_state)

    def expect_state(self) -> None:
        """Let the next report come at once, and bring the state: what changed is not to be lost."""
        self._saved = -inf

    def report(self, with_state: bool) -> TrainingReport:
        """The report of this moment."""
        learner = self._learner
        self._newest = learner.step
        snapshot = learner.snapshot()
        self._paces.append((learner.step, self._busy))
        (first, since), (step, busy) = self._paces[0], self._paces[-1]
        pace = (step - first) / (busy - since) if step > first else 0.0
        left = learner.steps - step
        if self._observer is not None:
            self._observation = self._observer.taken() or self._observation
        return TrainingReport(
            curves=learner.log.curves(),
            snapshot=snapshot,
            epoch=learner.epoch,
            epochs=ceil(learner.steps / learner.per_epoch),
            step=step,
            steps=learner.steps,
            steps_per_second=pace,
            seconds_left=left / pace if pace else 0.0,
            state=learner.state(snapshot) if with_state else None,
            notes=learner.notes.told(),
            observation=self._observation,
        )
