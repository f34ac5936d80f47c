"""Frames as they come: always the newest of a camera, which may be slow, stuck or missing.

A camera runs on a thread of its own and puts each frame into a mailbox for one; who looks takes
the newest, when it likes.  Nothing queues, and nobody waits for a driver.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from time import monotonic
from typing import Literal, NamedTuple

from core.data.cameras import DRAWN_RATE, Camera, Frames
from core.errors import UserError
from core.results import Bytes

log = logging.getLogger(__name__)

State = Literal["opening", "running", "waiting", "closed"]

#: Seconds before a camera that failed is tried again: the first time, the second …; then the last.
PAUSES = (0.5, 1.0, 2.0, 4.0)

#: A camera whose last frame is older than this many seconds is said to be stuck.
STUCK = 2.0


class Latest:
    """A mailbox for one frame: putting a frame into it drops the one before."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._frame: Bytes | None = None

    @property
    def number(self) -> int:
        """How many frames were put."""
        return self._number

    def put(self, frame: Bytes) -> None:
        """Replace the frame."""
        with self._changed:
            self._number += 1
            self._frame = frame
            self._changed.notify_all()

    def wait(self, after: int, seconds: float) -> tuple[int, Bytes] | None:
        """The newest frame and its number, counted from 1.

        None if within `seconds` there is none of a number greater than `after`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._number > after, seconds)
            if self._frame is None or self._number <= after:
                return None
            return self._number, self._frame


class Status(NamedTuple):
    """How a feed is; `message` says in one sentence why it waits or has ended."""

    state: State
    message: str = ""


class Feed:
    """A camera at work on its own thread, until `close`.

    After an error it says why and opens the camera again by itself.  All of it may be used from
    any thread.
    """

    def __init__(self, camera: Camera, pauses: Sequence[float] = PAUSES) -> None:
        self.camera = camera
        self.latest = Latest()
        self._pauses = pauses
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._frozen = False
        #: Who looks needs frames only this far apart, in s; the camera is spared the others.
        self.apart = 0.0
        self._put = 0.0
        self._failures = 0
        self._status = Status("opening")
        self._times: deque[float] = deque(maxlen=1000)
        self._thread = threading.Thread(
            target=self._run, name=f"camera-{camera.title}", daemon=True
        )
        self._thread.start()

    @property
    def state(self) -> State:
        """Whether it is being opened, running, waiting to try again (or stuck), or closed."""
        return self._seen().state

    @property
    def message(self) -> str:
        """Why it waits or has ended, in one sentence; empty while it runs."""
        return self._seen().message

    @property
    def rate(self) -> float:
        """How many frames came in the last second."""
        with self._lock:
            since = monotonic() - 1.0
            return float(sum(time > since for time in self._times))

    @property
    def frozen(self) -> bool:
        """Whether it holds its frame."""
        return self._frozen

    def freeze(self, frozen: bool) -> None:
        """Keep the newest frame and drop those that come, or go on."""
        with self._lock:
            self._frozen = frozen

    def close(self, seconds: float = 0.2) -> None:
        """Let the camera go; no frame comes after this call.

        Waits at most `seconds` for the thread.  A driver that does not return by then is left
        behind: it can put no frame, and ends when it returns, or with the program.
        """
        with self._lock:
            self._closing.set()
            self._status = Status("closed")
        self._thread.join(seconds)
        if self._thread.is_alive() and seconds > 0:
            log.warning("%s does not stop; it is left behind", self.camera.title)

    def _seen(self) -> Status:
        status = self._status
        if status.state == "running" and self.camera.real:
            silence = monotonic() - self._times[-1]
            if silence > STUCK:
                return Status(
                    "waiting", f"{self.camera.title} has given no picture for {silence:.0f} s."
                )
        return status

    # The rest runs on the camera's thread.

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                try:
                    self._follow()
                    return
                except UserError as error:
                    self._say(Status("waiting", str(error)))
                pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
                self._failures += 1
                self._closing.wait(pause)
        finally:
            self._say(Status("closed", f"{self.camera.title} has ended."))

    def _follow(self) -> None:
        """Put the camera's frames into the mailbox, up to its end or the feed's."""
        pause = 0.0 if self.camera.real else 1 / DRAWN_RATE
        due = monotonic()
        with closing(self.camera.frames()) as frames:
            for frame in self._asked(frames):
                if not self._deliver(frame):
                    return
                due = max(due + pause, monotonic())  # what is late is not caught up with
                if pause:
                    self._closing.wait(due - monotonic())

    def _asked(self, frames: Frames) -> Generator[Bytes | None, None, None]:
        """The camera's frames, of which it is told whether the next is wanted."""
        with suppress(StopIteration):
            yield next(frames)
            while True:
                yield frames.send(self._is_wanted)

    @property
    def _is_wanted(self) -> bool:
        holds = self._frozen and self.latest.number > 0
        return not holds and monotonic() - self._put >= self.apart

    def _deliver(self, frame: Bytes | None) -> bool:
        """Put a frame into the mailbox, unless it is frozen; False when the feed is closed."""
        with self._lock:
            if self._closing.is_set():
                return False
            if frame is not None and not (self._frozen and self.latest.number):
                self.latest.put(frame)
                self._put = monotonic()
            self._times.append(monotonic())
            self._failures = 0
            self._status = Status("running")
            return True

    def _say(self, status: Status) -> None:
        with self._lock:
            if not self._closing.is_set():
                self._status = status


class StillFeed:
    """A picture as a feed: one frame, which stays."""

    state: State = "running"
    message = ""
    rate = 0.0
    apart = 0.0

    def __init__(self, frame: Bytes) -> None:
        self.latest = Latest()
        self.latest.put(frame)
        self.frozen = False

    def freeze(self, frozen: bool) -> None:
        """Hold the frame, which does not change anyway."""
        self.frozen = frozen

    def close(self, seconds: float = 0.0) -> None:
        """Nothing is open."""
        self.state = "closed"
