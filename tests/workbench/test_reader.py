"""Wishes that are read one at a time, and only the newest of those that wait."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from core.errors import UserError
from tests.workbench.conftest import PATIENCE
from workbench.reader import Reader
from workbench.session import Session


class Desk:
    """A reader, what came of it, and a gate at which the first wish waits."""

    def __init__(self, session: Session, **options: int) -> None:
        self.reader = Reader(session, "Reading", **options)  # type: ignore[arg-type]
        self.came: list[object] = []
        self.failed: list[str] = []
        self.gate = Event()
        self.reader.came.connect(self.came.append)
        self.reader.failed.connect(self.failed.append)

    def waiting(self, value: int) -> Callable[[], int]:
        def read() -> int:
            assert self.gate.wait(PATIENCE / 1000)
            return value

        return read


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_wishes_do_not_queue(desk: Desk, qtbot: QtBot) -> None:
    for value in range(5):
        desk.reader.ask(desk.waiting(value))
    assert desk.reader.is_busy
    desk.gate.set()

    qtbot.waitUntil(lambda: not desk.reader.is_busy, timeout=PATIENCE)
    assert desk.came == [0, 4]


def test_what_is_forgotten_does_not_come(desk: Desk, qtbot: QtBot) -> None:
    desk.reader.ask(desk.waiting(1))
    desk.reader.ask(desk.waiting(2))
    desk.reader.forget()
    assert not desk.reader.is_busy
    desk.reader.ask(desk.waiting(3))
    desk.gate.set()

    qtbot.waitUntil(lambda: not desk.reader.is_busy, timeout=PATIENCE)
    assert desk.came == [3]


def test_what_cannot_be_read_is_told_and_the_next_wish_is_read(desk: Desk, qtbot: QtBot) -> None:
    def fail() -> None:
        desk.gate.wait(PATIENCE / 1000)
        raise UserError("The file is damaged.")

    desk.reader.ask(fail)
    desk.reader.ask(desk.waiting(2))
    desk.gate.set()

    qtbot.waitUntil(lambda: desk.came == [2], timeout=PATIENCE)
    assert desk.failed == ["The file is damaged."]


def test_one_that_rests_reads_the_newest_after_it(session: Session, qtbot: QtBot) -> None:
    desk = Desk(session, rest_ms=30)
    desk.gate.set()
    desk.reader.ask(desk.waiting(1))
    qtbot.waitUntil(lambda: desk.came == [1], timeout=PATIENCE)
    desk.reader.ask(desk.waiting(2))
    desk.reader.ask(desk.waiting(3))
    assert session.is_idle

    qtbot.waitUntil(lambda: desk.came == [1, 3], timeout=PATIENCE)


def test_a_reading_that_a_person_stops_leaves_the_way_free(
    desk: Desk, session: Session, qtbot: QtBot
) -> None:
    desk.reader.ask(desk.waiting(1))
    for job in session.jobs.live:
        if job.title == "Reading":
            job.cancel()
    desk.gate.set()
    desk.reader.ask(desk.waiting(2))

    qtbot.waitUntil(lambda: desk.came == [2], timeout=PATIENCE)


def test_a_wish_after_the_close_is_not_read(desk: Desk, session: Session) -> None:
    session.close()
    desk.gate.set()
    desk.reader.ask(desk.waiting(1))

    assert not desk.reader.is_busy
    assert not session.jobs.live
