"""Training in the window: started, paused, stopped, kept, undone."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from core.network.devices import devices
from core.results import Curves
from core.training.catalogue import Catalogue
from core.training.forecast import Forecast
from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.training import TrainingView, told_forecast


def test_what_is_learned_is_followed_kept_and_undone(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    before = session.document
    training_view.train_button.click()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    assert session.document == before
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)
    assert session.document.snapshot != before.snapshot
    assert session.snapshot() is session.assets[session.document.snapshot]
    assert isinstance(training_view.exportable(), Curves)
    assert "Trained for" in training_view.message.text()
    session.undo()
    assert session.document.snapshot == before.snapshot


def test_the_network_is_trained_on_the_device_that_is_chosen(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    assert training_view.device.currentText() == next(iter(devices().values()))
    training_view.device.addItem("The first processor", "cpu:0")
    training_view.device.setCurrentIndex(training_view.device.count() - 1)
    training_view.device.activated.emit(training_view.device.currentIndex())
    training_view.train_button.click()
    assert not training_view.device.isEnabled()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)
    assert [entry.device for entry in Catalogue().list()] == ["cpu:0"]


def test_pause_holds_the_training(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    training_view.train_button.click()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    training_view.pause_button.click()
    assert [job.state for job in session.jobs.live if job.lane == "train"] == ["paused"]
    assert training_view.is_running
    training_view.pause_button.click()
    assert [job.state for job in session.jobs.live if job.lane == "train"] == ["running"]
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)


def test_stops_after_the_epoch(training_view: TrainingView, session: Session, qtbot: QtBot) -> None:
    training_view.form.set_params(replace(training_view.form.params, batch=1200, epochs=500))
    training_view.start()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    training_view.after_epoch_button.click()
    assert not training_view.after_epoch_button.isEnabled()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)
    report = session.coach.news.report
    assert report is not None
    assert report.step % 10 == 0
    assert report.step < report.steps


def test_a_batch_larger_than_the_data_is_told_in_a_sentence(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    training_view.form.set_params(replace(training_view.form.params, batch=20_000))
    training_view.train_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)
    assert "20,000" in training_view.message.text() or "20000" in training_view.message.text()
    assert "12,000" in training_view.message.text() or "12000" in training_view.message.text()


def test_a_forecast_is_told_before_the_start(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    training_view.forecast_button.click()
    assert not training_view.forecast_button.isEnabled()
    qtbot.waitUntil(lambda: "steps in about" in training_view.message.text(), timeout=PATIENCE)
    assert "2,250 steps" in training_view.message.text()
    assert training_view.forecast_button.isEnabled()


def test_a_forecast_that_does_not_fit_says_what_would() -> None:
    found = Forecast(seconds=60.0, bytes=8 * 2**30, free=2**30, steps=10, largest=100)
    assert "at most 100 pictures fit at once" in told_forecast(found)


def test_train_ends_a_forecast_that_is_measured(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    training_view.forecast_button.click()
    qtbot.waitUntil(
        lambda: any(job.latest.label for job in session.jobs.live if job.lane == "train"),
        timeout=PATIENCE,
    )
    training_view.train_button.click()
    qtbot.waitUntil(lambda: session.now.followed is not None, timeout=PATIENCE)
    assert training_view.forecast_button.isEnabled()
    assert training_view.message.text() == ""
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)


def test_a_narrow_dock_puts_nothing_over_the_settings(
    training_view: TrainingView, qtbot: QtBot
) -> None:
    training_view.resize(400, 300)
    assert training_view.minimumSizeHint().width() <= 400
    editor = training_view.form.editor("rate")
    right = editor.mapTo(training_view, editor.rect().topRight()).x()
    assert right < training_view.curves.x()
