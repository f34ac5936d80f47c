from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.status_bar import StatusBar


@pytest.fixture
def gate() -> Iterator[Event]:
    """At which work waits, until the test ends."""
    made = Event()
    yield made
    made.set()


@pytest.fixture
def bar(session: Session, qtbot: QtBot) -> Iterator[StatusBar]:
    made = StatusBar(session)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.stop_clock()


def test_long_work_is_told_of_by_its_name(
    bar: StatusBar, session: Session, gate: Event, qtbot: QtBot
) -> None:
    session.start("Dreaming", lambda: gate.wait(PATIENCE), lane="dream")
    assert bar.jobs.isHidden()
    qtbot.waitUntil(bar.jobs.isVisible, timeout=PATIENCE)
    assert bar.jobs.text() == "Dreaming"


def test_short_work_beside_it_does_not_flicker(
    bar: StatusBar, session: Session, gate: Event, qtbot: QtBot
) -> None:
    session.start("Dreaming", lambda: gate.wait(PATIENCE), lane="dream")
    qtbot.waitUntil(bar.jobs.isVisible, timeout=PATIENCE)
    told = {bar.jobs.text()}
    for _ in range(3):
        short = session.start("Filters", lambda: None, lane="analyse")
        told.add(bar.jobs.text())
        qtbot.waitUntil(lambda job=short: not job.is_live, timeout=PATIENCE)  # type: ignore[misc]
        told.add(bar.jobs.text())
    assert told == {"Dreaming"}


def test_two_long_ones_are_counted(
    bar: StatusBar, session: Session, gate: Event, qtbot: QtBot
) -> None:
    for lane in ("dream", "analyse"):
        session.start("Work", lambda: gate.wait(PATIENCE), lane=lane)
    qtbot.waitUntil(lambda: bar.jobs.text() == "2 jobs running", timeout=PATIENCE)
    gate.set()
    qtbot.waitUntil(bar.jobs.isHidden, timeout=PATIENCE)
