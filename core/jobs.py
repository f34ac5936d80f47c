"""Run long work off the owner's thread, without Qt.

Work is a generator: a ``yield Progress(…)`` reports, and is the point where it can be stopped.
A lane is one thread that steps its generators in turn, one yield each, so that a minute of one
does not block another.  The owner (the GUI thread, a script, a test) calls `Jobs.poll` as often
as it likes, and every callback runs inside `poll`: workers never touch the owner's objects.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

State = Literal["queued", "running", "paused", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Progress:
    """One report: `done` of `total` steps, and the result as it stands, complete in itself.

    `total` 0 says that the end is not known.  `label` says what the next step does, where that
    takes longer than a tenth of a second.
    """

    done: int
    total: int
    partial: Any = None
    label: str = ""


def _ignore(_: Any) -> None:
    pass


def _raise(error: Exception) -> None:
    raise error


@dataclass(eq=False)
class Job:
    """A piece of work.  Its owner reads `state` and `latest`, and may stop, pause or address it."""

    title: str
    lane: str
    key: str
    work: Callable[[], Any]
    on_progress: Callable[[Progress], None] = _ignore
    on_done: Callable[[Any], None] = _ignore
    on_error: Callable[[Exception], None] = _raise
    state: State = "queued"
    latest: Progress = Progress(0, 0)
    began: float = field(default_factory=time.monotonic)
    _wake: Callable[[], None] = field(default=lambda: None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _messages: deque[Any] = field(default_factory=deque, repr=False)
    _news: Progress | None = field(default=None, repr=False)
    _outcome: tuple[State, Any] | None = field(default=None, repr=False)
    _ended: threading.Event = field(default_factory=threading.Event, repr=False)
    _steps: Generator[Progress, Any, Any] | None = field(default=None, repr=False)
    _paused: bool = field(default=False, repr=False)
    _permits: int = field(default=0, repr=False)
    _cancelled: bool = field(default=False, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether it may still call back."""
        return self.state not in ENDED

    def cancel(self) -> None:
        """Give the work up; no callback of this job runs after this call."""
        if self.is_live:
            self.state = "cancelled"
            self._cancelled = True
            self._wake()

    def pause(self) -> None:
        """Do not step the work until `resume` or `step`."""
        if self.is_live:
            self._paused, self.state = True, "paused"

    def resume(self) -> None:
        """Go on after `pause`."""
        if self.is_live:
            self._paused, self._permits, self.state = False, 0, "running"
            self._wake()

    def step(self) -> None:
        """Run one paused step."""
        if self.is_live:
            self.pause()
            self._permits += 1
            self._wake()

    def join(self, seconds: float) -> None:
        """Wait until the work has ended, at most so long; nothing calls back meanwhile."""
        self._ended.wait(seconds)

    def send(self, message: Any) -> None:
        """Make `message` the value of the work's next ``yield``, also when it is paused."""
        self._messages.append(message)
        self._wake()

    # The rest runs on the lane's thread.

    def _may_step(self) -> bool:
        return self._cancelled or not self._paused or self._permits > 0

    def _advance(self) -> bool:
        """Run up to the next yield; False when the work has ended."""
        if self._paused:
            self._permits = max(0, self._permits - 1)
        try:
            if self._cancelled:
                self._close()
                return False
            return self._run_one_step()
        except StopIteration as stop:
            self._outcome = ("done", stop.value)
        except Exception as error:  # reported to the owner, who shows it
            self._outcome = ("failed", error)
        except SystemExit as stop:  # other people's code may ask for it; the lane goes on
            self._outcome = ("failed", RuntimeError(f"{self.title} asked to exit ({stop.code})"))
        return False

    def _run_one_step(self) -> bool:
        if self._steps is None:
            result = self.work()
            if not inspect.isgenerator(result):
                self._outcome = ("done", result)
                return False
            self._steps = cast("Generator[Progress, Any, Any]", result)
            self._report(next(self._steps))
        else:
            message = self._messages.popleft() if self._messages else None
            self._report(self._steps.send(message))
        return True

    def _report(self, news: Progress) -> None:
        with self._lock:
            waiting = self._news
            if waiting is not None and news.partial is None:
                news = replace(news, partial=waiting.partial)
            self._news = news

    def _take_news(self) -> Progress | None:
        with self._lock:
            news, self._news = self._news, None
        return news

    def _close(self) -> None:
        if self._steps is not None:
            self._steps.close()
        self._outcome = ("cancelled", None)


class _Lane:
    """One daemon thread that steps its jobs in turn."""

    def __init__(self, name: str, on_start: Callable[[], None]) -> None:
        self._ready = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._closing = False
        self._on_start = on_start
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def add(self, job: Job) -> None:
        job._wake = self.wake
        with self._ready:
            self._jobs.append(job)
            self._ready.notify()

    def wake(self) -> None:
        with self._ready:
            self._ready.notify()

    def close(self, seconds: float) -> None:
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        self._on_start()
        while (job := self._next()) is not None:
            if job._advance():
                with self._ready:
                    self._jobs.append(job)
            else:
                job._ended.set()

    def _next(self) -> Job | None:
        with self._ready:
            while True:
                for _ in range(len(self._jobs)):
                    job = self._jobs.popleft()
                    if job._may_step():
                        return job
                    self._jobs.append(job)
                if self._closing and not self._jobs:
                    return None
                self._ready.wait()


class Jobs:
    """Steps the jobs of each lane in turn, lanes side by side; belongs to one thread.

    A lane's thread starts with its first job, and calls `on_start(lane)` first.
    """

    def __init__(self, *lanes: str, on_start: Callable[[str], None] = _ignore) -> None:
        self._names = lanes
        self._on_start = on_start
        self._lanes: dict[str, _Lane] = {}
        self._live: list[Job] = []
        self._closed = False

    @property
    def live(self) -> tuple[Job, ...]:
        """The jobs that may still call back, oldest first."""
        return tuple(job for job in self._live if job.is_live)

    def submit(
        self,
        title: str,
        work: Callable[[], Any],
        *,
        lane: str,
        key: str = "",
        on_progress: Callable[[Progress], None] = _ignore,
        on_done: Callable[[Any], None] = _ignore,
        on_error: Callable[[Exception], None] = _raise,
    ) -> Job:
        """Queue `work`, a function or generator function of no arguments.

        A live job of the same non-empty `key` is cancelled: the newest wins.  An error goes to
        `on_error`, or is raised by `poll` where there is none.  After `close` the job is cancelled
        from the start, as who would take its result may be gone.
        """
        if lane not in self._names:
            raise ValueError(f"no lane {lane!r}")
        for old in self._live:
            if key and old.key == key:
                old.cancel()
        job = Job(title, lane, key, work, on_progress, on_done, on_error)
        if self._closed:
            job.cancel()
            return job
        self._live.append(job)
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(lane, lambda: self._on_start(lane))
        self._lanes[lane].add(job)
        return job

    def poll(self) -> bool:
        """Deliver the news of all jobs to their callbacks; True while any is left."""
        for job in list(self._live):
            outcome = job._outcome  # read before the news, so that no last report is missed
            if outcome is not None:
                self._live.remove(job)
            if job.state == "cancelled":
                continue
            news = job._take_news()
            if news is not None:
                job.latest = news
                if job.state == "queued":
                    job.state = "running"
                job.on_progress(news)
            if outcome is not None and job.is_live:
                job.state, value = outcome
                (job.on_done if job.state == "done" else job.on_error)(value)
        return bool(self._live)

    def close(self, seconds: float = 10.0) -> None:
        """Cancel everything and wait for the lanes to stop, at most `seconds` for each."""
        self._closed = True
        for job in self._live:
            job.cancel()
        for lane in self._lanes.values():
            lane.close(seconds)
        self._live.clear()
        self._lanes.clear()


def finish(work: Any) -> Any:
    """The result of `work`, run here and now: a generator's return value, or `work` itself."""
    if not inspect.isgenerator(work):
        return work
    try:
        while True:
            next(work)
    except StopIteration as stop:
        return stop.value
