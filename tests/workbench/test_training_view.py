"""Training in the window: started, paused, stopped, kept, undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.results import Curves
from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.training import TrainingView


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> TrainingView:
    session.open_model("lenet5")
    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == "LeNet-5", timeout=PATIENCE
    )
    made = TrainingView(session)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_is_learned_is_followed_kept_and_undone(
    view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    before = session.document
    view.train_button.click()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    assert session.document == before
    view.stop_button.click()
    qtbot.waitUntil(lambda: not view.is_running, timeout=PATIENCE)
    assert session.document.snapshot != before.snapshot
    assert session.snapshot() is session.assets[session.document.snapshot]
    assert isinstance(view.exportable(), Curves)
    assert "Trained for" in view.message.text()
    session.undo()
    assert session.document.snapshot == before.snapshot


def test_pause_holds_the_training(view: TrainingView, session: Session, qtbot: QtBot) -> None:
    view.train_button.click()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    view.pause_button.click()
    assert [job.state for job in session.jobs.live if job.lane == "train"] == ["paused"]
    assert view.is_running
    view.pause_button.click()
    assert [job.state for job in session.jobs.live if job.lane == "train"] == ["running"]
    view.stop()
    qtbot.waitUntil(lambda: not view.is_running, timeout=PATIENCE)


def test_a_batch_larger_than_the_data_is_told_in_a_sentence(
    view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    view.form.set_params(replace(view.form.params, batch=20_000))
    view.train_button.click()
    qtbot.waitUntil(lambda: not view.is_running, timeout=PATIENCE)
    assert "20,000" in view.message.text() or "20000" in view.message.text()
    assert "12,000" in view.message.text() or "12000" in view.message.text()
