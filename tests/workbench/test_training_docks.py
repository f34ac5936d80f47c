"""A training in the window tells the docks that measure it how it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.training.observation import Observation
from core.training.settings import Stop, TrainParams
from tests.workbench.conftest import PATIENCE
from workbench.saved_params import save_params, saved_params
from workbench.session import Session
from workbench.views.doctor import DoctorView
from workbench.views.training import TrainingView


def observation(session: Session) -> Observation | None:
    training = session.now.training
    return training.report.observation if training is not None else None


def test_what_is_measured_is_handed_on_while_it_runs_and_stays(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    assert session.now.data == "fashion_mnist"
    training_view.train_button.click()
    qtbot.waitUntil(lambda: observation(session) is not None, timeout=PATIENCE)
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)

    seen, training = observation(session), session.now.training
    assert seen is not None
    assert [row.layer for row in seen.weights] == ["conv1", "conv2", "dense1", "dense2", "output"]
    assert training is not None
    assert training.data == "fashion_mnist"
    assert training.report.step == training.report.snapshot.step


def test_a_doctor_lowers_the_rate_of_the_training_that_runs_and_stops_it(
    training_view: TrainingView, session: Session, qtbot: QtBot
) -> None:
    params = TrainParams(rate=0.3, schedule="constant", epochs=100)
    save_params(session, "training", params)
    doctor = DoctorView(session)
    qtbot.addWidget(doctor)
    doctor.show()
    training_view.train_button.click()
    qtbot.waitUntil(
        lambda: "The learning rate is too high" in [one.title for one in doctor.findings],
        timeout=PATIENCE,
    )
    (high,) = [card for card in doctor.cards if card.title.text().endswith("too high")]
    high.buttons[0].click()

    def rate() -> float:
        training = session.now.training
        assert training is not None
        return float(training.report.curves.panels["Learning rate"]["rate"].y[-1])

    qtbot.waitUntil(lambda: rate() == pytest.approx(0.03), timeout=PATIENCE)
    assert saved_params(session, "training", TrainParams) == replace(params, rate=0.03)
    assert training_view.form.params.rate == 0.03
    for finding, card in zip(doctor.findings, doctor.cards, strict=True):
        for cure, button in zip(finding.cures, card.buttons, strict=True):
            assert button.isEnabled() == isinstance(cure.change, TrainParams | Stop)
    training_view.stop_button.click()
    qtbot.waitUntil(lambda: not training_view.is_running, timeout=PATIENCE)
