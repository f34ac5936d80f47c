"""The coach: what is trained is recorded, gone on with, and watched; the past is looked at."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from pytestqt.qtbot import QtBot

from core.jobs import Progress
from core.network.layers.conv2d import Conv2d
from core.network.loading import open_model
from core.paths import runs_folder
from core.training.catalogue import Catalogue
from core.training.runs import open_run
from core.training.settings import Stop, TrainParams
from core.training.timeline import RunTimeline
from core.training.trainer import Hold, Single, Trainer
from core.training.trainer_frames import Order
from tests.workbench.conftest import PATIENCE, tiny_network
from workbench.builder import Builder
from workbench.coach import Coach
from workbench.session import Session

LONG = TrainParams(epochs=1000, batch=64)


@pytest.fixture
def coach(session: Session, qtbot: QtBot) -> Coach:
    """The coach of a session with LeNet-5 open."""
    session.open_model("lenet5")
    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == "LeNet-5", timeout=PATIENCE
    )
    return session.coach


def _train_and_stop(coach: Coach, session: Session, qtbot: QtBot) -> Path:
    coach.start(LONG, "fashion_mnist", 7)
    qtbot.waitUntil(lambda: session.now.training is not None, timeout=PATIENCE)
    coach.stop()
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    assert session.now.training is not None
    folder = session.now.training.folder
    assert folder is not None
    return folder


def test_what_is_trained_is_a_run_of_the_catalogue(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    folder = _train_and_stop(coach, session, qtbot)
    assert folder == runs_folder() / "lenet-5-1"
    (entry,) = Catalogue().list()
    assert (entry.folder, entry.state, entry.seed) == (folder.resolve(), "stopped", 7)
    learned = session.snapshot()
    assert learned is not None
    assert entry.step == learned.step > 0
    kept = open_run(folder).state.snapshot.weights
    assert all(torch.equal(value, kept[name]) for name, value in learned.weights.items())


def test_a_stopped_run_goes_on_in_its_folder(coach: Coach, session: Session, qtbot: QtBot) -> None:
    folder = _train_and_stop(coach, session, qtbot)
    step = open_run(folder).state.snapshot.step
    session.open_snapshot(tiny_network())
    coach.resume(folder)
    qtbot.waitUntil(lambda: coach.news.report is not None and coach.is_running, timeout=PATIENCE)
    assert session.model is not None
    assert session.model.name == "LeNet-5"
    coach.stop()
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    assert open_run(folder).state.snapshot.step > step
    assert len(Catalogue().list()) == 1


def test_a_run_that_has_ended_opens_with_its_curves_and_moments(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    folder = _train_and_stop(coach, session, qtbot)
    session.open_snapshot(tiny_network())
    said: list[str] = []
    coach.said.connect(lambda sentence, _: said.append(sentence))
    coach.watch(folder)
    qtbot.waitUntil(
        lambda: any("is not being trained now" in one for one in said), timeout=PATIENCE
    )
    assert session.model is not None
    assert session.model.name == "LeNet-5"
    assert not coach.is_watching
    training = session.now.training
    assert training is not None
    assert training.folder == folder
    assert training.data == "fashion_mnist"
    assert training.report.curves.panels
    assert RunTimeline(folder).steps[-1] == training.report.step


def test_a_run_of_another_process_is_watched_as_it_learns(
    coach: Coach, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, trainer = tmp_path / "elsewhere", Trainer()
    try:
        steps = trainer.train(_order(folder))
        _to_step(steps, 3)
        coach.watch(folder)
        qtbot.waitUntil(
            lambda: coach.is_watching and coach.news.report is not None, timeout=PATIENCE
        )
        assert coach.news.report is not None
        before = coach.news.report.step
        steps.send(Stop())
        for _ in steps:
            pass
        qtbot.waitUntil(lambda: not coach.is_watching, timeout=PATIENCE)
    finally:
        trainer.close()
    assert coach.news.report.step > before
    looked_at = session.snapshot()
    assert looked_at is not None
    assert looked_at.step == coach.news.report.step


def test_a_run_that_is_trained_elsewhere_is_not_trained_twice(
    coach: Coach, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, trainer = tmp_path / "elsewhere", Trainer()
    said: list[str] = []
    coach.said.connect(lambda sentence, _: said.append(sentence))
    try:
        steps = trainer.train(_order(folder))
        _to_step(steps, 1)
        coach.resume(folder)
        qtbot.waitUntil(
            lambda: any("is being trained already" in one for one in said), timeout=PATIENCE
        )
    finally:
        trainer.close()
    assert not coach.is_running


def test_the_past_is_looked_at_until_the_present_is_wanted_again(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    folder = _train_and_stop(coach, session, qtbot)
    now, first = session.snapshot(), RunTimeline(folder).at(0)
    with qtbot.waitSignal(session.changed, timeout=PATIENCE):
        session.recall(first)
    looked_at = session.snapshot()
    assert looked_at is not None
    assert looked_at.step == 0
    assert torch.equal(looked_at.weights["conv1.weight"], first.weights["conv1.weight"])
    session.recall(None)
    assert session.snapshot() is now
    session.recall(first)
    session.undo()
    assert session.now.recalled is None


def _order(folder: Path) -> Order:
    return Order(open_model("lenet5"), "fashion_mnist", LONG, seed=3, folder=folder)


def _to_step(steps: Generator[Progress, Any, Any], step: int) -> None:
    while next(steps).done < step:
        pass
    steps.send(Hold())
    steps.send(Single())


def test_another_network_that_is_opened_meanwhile_keeps_its_own_weights(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    coach.start(LONG, "fashion_mnist", 7)
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    tiny = tiny_network()
    session.open_snapshot(tiny)
    session.select_layer("conv2")
    with qtbot.waitSignal(
        coach.news.curves_due, timeout=PATIENCE, check_params_cb=lambda panel: not panel
    ):
        coach.pause()
    assert session.snapshot() is tiny
    said: list[str] = []
    coach.said.connect(lambda sentence, _: said.append(sentence))
    coach.stop()
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    assert session.snapshot() is tiny
    assert session.document.layer == "conv2"
    assert said[-1].endswith("Runs has it as lenet-5-1.")


def test_what_is_edited_meanwhile_stays(coach: Coach, session: Session, qtbot: QtBot) -> None:
    coach.start(LONG, "fashion_mnist", 7)
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    Builder(session).change("conv1", Conv2d(9, 5, padding=2))
    edited = session.model
    said: list[str] = []
    coach.said.connect(lambda sentence, _: said.append(sentence))
    coach.stop()
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    assert session.model is edited
    assert said[-1].endswith("Runs has it as lenet-5-1.")


def test_pause_does_not_hold_a_training_that_was_stopped(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    coach.start(LONG, "fashion_mnist", 7)
    coach.stop()
    coach.pause()
    coach.step()
    assert not coach.is_paused
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    assert [entry.state for entry in Catalogue().list()] == ["stopped"]


def test_a_training_ends_with_the_window_as_one_that_is_stopped(
    coach: Coach, session: Session, qtbot: QtBot
) -> None:
    coach.start(LONG, "fashion_mnist", 7)
    qtbot.waitUntil(lambda: session.now.training is not None, timeout=PATIENCE)
    assert coach.news.report is not None
    session.close()
    (entry,) = Catalogue().list()
    assert entry.state == "stopped"
    assert entry.step == open_run(entry.folder).state.snapshot.step >= coach.news.report.step


def test_what_happens_on_the_way_is_said(coach: Coach, session: Session, qtbot: QtBot) -> None:
    said: list[str] = []
    coach.said.connect(lambda sentence, _: said.append(sentence))
    coach.start(LONG, "fashion_mnist", 7)
    qtbot.waitUntil(lambda: session.now.training is not None, timeout=PATIENCE)
    coach.change(replace(LONG, rate=1e-4, shift=2))
    qtbot.waitUntil(lambda: any(one.startswith("From step") for one in said), timeout=PATIENCE)
    coach.stop()
    qtbot.waitUntil(lambda: not coach.is_running, timeout=PATIENCE)
    (told,) = [one for one in said if one.startswith("From step")]
    assert told.endswith(": Learning rate 0.0001, Shift, at most 2 px.")


def test_a_run_that_cannot_be_opened_leaves_what_is_open(
    coach: Coach, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    _train_and_stop(coach, session, qtbot)
    session.open_snapshot(tiny_network())
    before = session.document
    with qtbot.waitSignal(coach.said, timeout=PATIENCE) as told:
        coach.watch(tmp_path / "gone")
    assert told.args is not None
    assert "holds no training run" in told.args[0]
    assert session.document == before
