"""The time machine: every dock goes back, stays there, comes back to now, and plays."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.network.loading import open_model
from core.results import Curves
from core.training.train import TrainingReport
from tests.workbench.conftest import PATIENCE
from tests.workbench.recorded import STEPS, open_run, recorded
from workbench.app import Application
from workbench.session import Session
from workbench.training_news import Training
from workbench.views.gabor import GaborView
from workbench.views.time_machine import BEFORE, NOT_KEPT, TimeMachineView


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def report(folder: Path) -> TrainingReport:
    return recorded(folder)


@pytest.fixture
def view(session: Session, folder: Path, report: TrainingReport, qtbot: QtBot) -> TimeMachineView:
    open_run(session, folder, report)
    made = TimeMachineView(session)
    qtbot.addWidget(made)
    made.resize(600, 80)
    made.show()
    qtbot.waitUntil(lambda: made.slider.steps == STEPS, timeout=PATIENCE)
    return made


def looked_at(session: Session) -> int | None:
    recalled = session.now.recalled
    return recalled.step if recalled is not None else None


def noted(session: Session) -> list[int | None]:
    """The moments that are looked at from now on, in their order."""
    seen: list[int | None] = []

    def note(names: frozenset[str]) -> None:
        if "recalled" in names:
            seen.append(looked_at(session))

    session.changed.connect(note)
    return seen


def test_a_moment_is_what_every_dock_looks_at(
    view: TimeMachineView, session: Session, folder: Path, qtbot: QtBot
) -> None:
    view.slider.setFocus()
    qtbot.keyClick(view.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: looked_at(session) == 8, timeout=PATIENCE)

    then, snapshot = open_model(f"{folder}@8"), session.snapshot()
    assert snapshot is not None
    assert all(torch.equal(value, then.weights[name]) for name, value in snapshot.weights.items())
    assert snapshot.model.classes == then.model.classes
    qtbot.waitUntil(
        lambda: session.now.seen is not None and session.now.seen.snapshot is snapshot,
        timeout=PATIENCE,
    )


def test_now_is_the_present_again(view: TimeMachineView, session: Session, qtbot: QtBot) -> None:
    assert not view.now_button.isEnabled()
    view.slider.walk(-3)
    qtbot.waitUntil(lambda: looked_at(session) == 2, timeout=PATIENCE)
    assert view.now_button.isEnabled()

    view.now_button.click()

    assert looked_at(session) is None
    assert view.slider.step is None
    assert not view.now_button.isEnabled()


def test_of_many_wishes_the_newest_is_seen_at_last(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    read = noted(session)
    for _ in range(5):
        view.slider.walk(-1)
    assert view.slider.step == 0

    qtbot.waitUntil(lambda: looked_at(session) == 0, timeout=PATIENCE)
    assert len(read) == 2  # the first, which was under way, and the last


def test_the_wish_is_given_up_where_the_present_is_wanted(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    view.slider.walk(-2)
    view.now_button.click()
    view.slider.walk(-1)

    qtbot.waitUntil(lambda: looked_at(session) == 8, timeout=PATIENCE)


def test_plays_all_moments_and_stops_at_the_present(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    seen = noted(session)
    view.play_button.click()
    assert view.film.is_playing
    assert view.play_button.accessibleName() == "Pause"

    qtbot.waitUntil(lambda: not view.film.is_playing, timeout=PATIENCE)
    assert seen == [*STEPS[:-1], None]
    assert view.play_button.accessibleName() == "Play"


def test_plays_from_the_moment_that_is_looked_at(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    view.slider.walk(-2)
    qtbot.waitUntil(lambda: looked_at(session) == 4, timeout=PATIENCE)
    seen = noted(session)
    qtbot.keyClick(view, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: not view.film.is_playing, timeout=PATIENCE)
    assert seen == [8, None]


def test_a_loop_begins_again(view: TimeMachineView, session: Session, qtbot: QtBot) -> None:
    view.loop_button.click()
    view.slider.walk(-1)
    qtbot.waitUntil(lambda: looked_at(session) == 8, timeout=PATIENCE)
    view.play_button.click()

    qtbot.waitUntil(lambda: looked_at(session) == 1, timeout=PATIENCE)
    view.play_button.click()
    assert not view.film.is_playing


def test_a_person_who_moves_the_slider_stops_the_film(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    view.play_button.click()
    view.slider.walk(2)
    assert not view.film.is_playing

    qtbot.waitUntil(lambda: looked_at(session) == view.slider.step, timeout=PATIENCE)


def test_a_hidden_dock_does_not_play(view: TimeMachineView) -> None:
    view.play_button.click()
    view.hide()
    assert not view.film.is_playing


def test_the_past_stays_while_the_training_goes_on(
    view: TimeMachineView, session: Session, folder: Path, report: TrainingReport, qtbot: QtBot
) -> None:
    view.slider.walk(-3)
    qtbot.waitUntil(lambda: looked_at(session) == 2, timeout=PATIENCE)
    further = replace(report, step=14, steps=20, snapshot=replace(report.snapshot, step=14))
    session.tell_training(Training(further, "fashion_mnist", folder))
    session.follow(further.snapshot)

    assert view.slider.steps == (*STEPS, 14)
    assert view.slider.step == looked_at(session) == 2


def test_now_moves_on_with_the_training(
    view: TimeMachineView, session: Session, folder: Path, report: TrainingReport
) -> None:
    further = replace(report, step=14, steps=20, snapshot=replace(report.snapshot, step=14))
    session.tell_training(Training(further, "fashion_mnist", folder))

    assert view.slider.step is None
    assert view.slider.accessibleDescription().startswith("now, step 14")


def test_moments_of_another_network_are_out_of_reach(
    view: TimeMachineView, session: Session, qtbot: QtBot
) -> None:
    view.slider.walk(-3)
    qtbot.waitUntil(lambda: looked_at(session) == 2, timeout=PATIENCE)
    session.open_model("lenet5")
    qtbot.waitUntil(lambda: "small" in view.empty.text, timeout=PATIENCE)

    assert looked_at(session) is None
    assert not view.controls.isVisible()


def test_says_what_to_do_before_a_training(view: TimeMachineView, session: Session) -> None:
    assert isinstance(view.exportable(), Curves)

    session.tell_training(None)

    assert view.empty.text == BEFORE
    assert view.empty.isVisible()
    assert view.exportable() is None


def test_a_training_that_is_not_kept_says_so(
    view: TimeMachineView, session: Session, report: TrainingReport
) -> None:
    session.tell_training(Training(report, "fashion_mnist"))

    assert view.empty.text == NOT_KEPT


def test_a_run_that_was_removed_is_told(
    view: TimeMachineView, session: Session, folder: Path, qtbot: QtBot
) -> None:
    said: list[str] = []
    session.said.connect(lambda text, problem: said.append(text))
    shutil.rmtree(folder)
    view.slider.walk(-2)

    qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE)
    assert str(folder) in said[0]
    assert looked_at(session) is None


def test_a_slow_dock_finishes_a_moment_before_the_newest_but_not_another_layer(
    view: TimeMachineView, session: Session, folder: Path, qtbot: QtBot
) -> None:
    dock = GaborView(session)
    qtbot.addWidget(dock)
    dock.show()
    qtbot.waitUntil(lambda: dock.result is not None and session.is_idle, timeout=PATIENCE)
    session.recall(open_model(f"{folder}@1"))
    (fitting,) = (job for job in session.jobs.live if job.lane == "analyse")

    session.recall(open_model(f"{folder}@2"))
    assert fitting.is_live
    session.select_layer("relu")
    assert fitting.state == "cancelled"


def test_is_a_strip_below_the_training(program: Application, qtbot: QtBot) -> None:
    stage = program.window.stage
    stage.show_workspace("Train")
    dock, training = stage.docks["time_machine"], stage.docks["training"]
    qtbot.waitUntil(lambda: dock.view is not None and dock.isVisible(), timeout=PATIENCE)

    assert dock.height() < 140
    assert dock.width() == training.width()
    assert dock.y() > training.y()
