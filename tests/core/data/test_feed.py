from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import ClassVar

import numpy as np
import pytest

from core.data.cameras import CAMERAS, Camera, Frames
from core.data.feed import Feed, Latest, StillFeed
from core.errors import UserError
from core.options import with_values
from core.results import Bytes
from tests.mjpeg_server import mjpeg_server

SOON = (0.01,)


def frame(level: int) -> Bytes:
    return np.full((2, 3, 3), level, np.uint8)


class Script:
    """A real camera that does what a test tells it."""

    title: ClassVar[str] = "Test camera"
    real: ClassVar[bool] = True

    def __init__(self, frames: Callable[[], Frames]) -> None:
        self.frames = frames


def network_camera(address: str, patience: float) -> Camera:
    return with_values(CAMERAS["mjpeg"], {"address": address, "patience": patience})


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether the condition comes true in that time."""
    until, never = monotonic() + seconds, threading.Event()
    while not condition():
        if monotonic() > until:
            return False
        never.wait(0.005)
    return True


def newest(feed: Feed | StillFeed, after: int = 0) -> tuple[int, Bytes]:
    seen = feed.latest.wait(after, 5)
    assert seen is not None
    return seen


def test_an_old_frame_is_dropped_and_never_queued() -> None:
    latest = Latest()
    for level in (1, 2, 3):
        latest.put(frame(level))
    number, seen = latest.wait(0, 0) or (0, frame(0))
    assert (number, seen[0, 0, 0]) == (3, 3)
    assert latest.wait(number, 0) is None


def test_waiting_ends_with_the_next_frame() -> None:
    latest = Latest()
    seen: list[int] = []

    def look() -> None:
        seen.append((latest.wait(0, 5) or (0,))[0])

    waiting = threading.Thread(target=look)
    waiting.start()
    latest.put(frame(1))
    waiting.join(5)
    assert seen == [1]


def test_waiting_gives_up_when_its_time_is_over() -> None:
    assert Latest().wait(0, 0.01) is None


def test_a_drawn_camera_runs_until_it_is_closed() -> None:
    feed = Feed(CAMERAS["gratings"]())
    number, _ = newest(feed)
    newest(feed, after=number)
    assert (feed.state, feed.message) == ("running", "")
    assert feed.rate >= 2
    feed.close(2)
    assert feed.state == "closed"
    number = feed.latest.number
    assert feed.latest.wait(number, 0.05) is None


def test_a_camera_that_fails_says_why_and_comes_back_by_itself() -> None:
    mended = threading.Event()

    def frames() -> Frames:
        if not mended.is_set():
            raise UserError("The cable is loose.")
        while True:
            yield frame(7)
            mended.wait(0.01)

    feed = Feed(Script(frames), SOON)
    assert eventually(lambda: feed.state == "waiting")
    assert feed.message == "The cable is loose."
    mended.set()
    assert newest(feed)[1][0, 0, 0] == 7
    assert (feed.state, feed.message) == ("running", "")
    feed.close(2)


def test_the_pauses_grow_while_it_fails_and_begin_anew_after_a_frame() -> None:
    tries: list[float] = []

    def frames() -> Frames:
        tries.append(monotonic())
        if len(tries) == 3:
            yield frame(1)
        raise UserError("Gone.")

    feed = Feed(Script(frames), (0.0, 0.05, 60.0))
    assert eventually(lambda: len(tries) == 5)
    assert tries[2] - tries[1] >= 0.05
    assert tries[4] - tries[3] < 60
    feed.close(2)


def test_a_driver_that_never_returns_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    returns, let_go = threading.Event(), threading.Event()

    def frames() -> Frames:
        try:
            returns.wait(10)
            yield frame(1)
        finally:
            let_go.set()

    feed = Feed(Script(frames))
    assert (feed.state, feed.message) == ("opening", "")
    began = monotonic()
    with caplog.at_level(logging.WARNING):
        feed.close(0.05)
    assert monotonic() - began < 5
    assert "Test camera does not stop" in caplog.text
    returns.set()
    assert let_go.wait(5)
    assert feed.latest.number == 0
    assert feed.state == "closed"


def test_a_camera_that_falls_silent_is_said_to_be_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.feed.STUCK", 0.05)
    goes_on = threading.Event()

    def frames() -> Frames:
        yield frame(1)
        goes_on.wait(10)
        while True:
            yield frame(2)

    feed = Feed(Script(frames))
    assert eventually(lambda: feed.state == "waiting")
    assert "Test camera has given no picture for" in feed.message
    goes_on.set()
    assert eventually(lambda: feed.state == "running")
    feed.close(2)


def test_a_camera_that_ends_closes_its_feed() -> None:
    def frames() -> Frames:
        yield frame(1)

    feed = Feed(Script(frames))
    assert eventually(lambda: feed.state == "closed")
    assert feed.message == "Test camera has ended."
    assert newest(feed)[0] == 1
    feed.close()


def test_frozen_keeps_its_frame_and_drops_those_that_come() -> None:
    more = threading.Semaphore(0)
    taken: list[int] = []

    def frames() -> Frames:
        for level in range(1, 5):
            more.acquire(timeout=10)
            yield frame(level)
            taken.append(level)

    feed = Feed(Script(frames))
    more.release()
    number, _ = newest(feed)
    feed.freeze(True)
    more.release(2)
    assert eventually(lambda: len(taken) == 3)
    assert feed.latest.wait(number, 0) is None
    feed.freeze(False)
    more.release()
    assert newest(feed, after=number)[1][0, 0, 0] == 4
    feed.close(2)


def test_frozen_before_its_first_frame_it_shows_that_one() -> None:
    def frames() -> Frames:
        opened.wait(10)
        yield frame(1)
        yield frame(2)

    opened = threading.Event()
    feed = Feed(Script(frames))
    feed.freeze(True)
    opened.set()
    assert eventually(lambda: feed.state == "closed")
    assert newest(feed)[1][0, 0, 0] == 1
    feed.close()


def test_a_picture_is_a_feed_of_one_frame() -> None:
    feed = StillFeed(frame(5))
    number, seen = newest(feed)
    assert seen[0, 0, 0] == 5
    assert feed.latest.wait(number, 0) is None
    assert (feed.state, feed.message, feed.rate) == ("running", "", 0)
    feed.freeze(True)
    assert feed.frozen
    feed.close()
    assert feed.state == "closed"


def test_a_network_camera_that_stalls_dies_and_comes_back_is_followed() -> None:
    with mjpeg_server() as server:
        feed = Feed(network_camera(server.address, 0.2), SOON)
        newest(feed)
        server.stall()
        assert eventually(lambda: "has sent nothing for 0.2 s" in feed.message)
        server.serve()
        newest(feed, after=feed.latest.number)
        server.die()
        assert eventually(lambda: "does not answer" in feed.message)
        server.serve()
        newest(feed, after=feed.latest.number)
        assert (feed.state, feed.message) == ("running", "")
        feed.close(2)


def test_closing_does_not_wait_for_a_network_camera_that_is_silent() -> None:
    with mjpeg_server() as server:
        feed = Feed(network_camera(server.address, 30.0))
        newest(feed)
        server.stall()
        began = monotonic()
        feed.close(0)
        assert monotonic() - began < 15


def test_the_camera_is_spared_frames_that_nobody_wants() -> None:
    gate, wishes = threading.Event(), list[bool | None]()

    def frames() -> Frames:
        wishes.append((yield frame(1)))
        gate.wait(5)
        for _ in range(20):
            wishes.append((yield frame(2) if wishes[-1] else None))

    feed = Feed(Script(frames))
    newest(feed)
    feed.apart = 3600.0
    gate.set()
    assert eventually(lambda: feed.state == "closed")
    assert wishes[1:] == [False] * 20
    assert feed.latest.number <= 2  # the second was asked for before
    assert feed.rate == 21  # all that came are counted


def test_a_frozen_camera_is_spared_too() -> None:
    gate, wishes = threading.Event(), list[bool | None]()

    def frames() -> Frames:
        yield frame(1)
        gate.wait(5)
        while True:
            wishes.append((yield frame(2)))

    feed = Feed(Script(frames))
    try:
        newest(feed)
        feed.freeze(True)
        gate.set()
        assert eventually(lambda: wishes[-3:] == [False] * 3)
        assert newest(feed)[1][0, 0, 0] == 1
    finally:
        feed.close()
