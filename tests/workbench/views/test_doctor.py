"""Doctor: findings as cards, cures at one press, and undone as any edit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.network.layers.leaky_relu import LeakyRelu
from core.results import Table
from core.training.settings import TrainParams
from core.training.train import TrainingReport
from tests.workbench.conftest import PATIENCE
from workbench.coach import NOT_OURS, SETTINGS
from workbench.saved_params import saved_params
from workbench.session import Session
from workbench.training_news import Training
from workbench.views.doctor import BEFORE, HEALTHY, DoctorView


@pytest.fixture
def view(trained: Session, qtbot: QtBot) -> DoctorView:
    made = DoctorView(trained)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


@pytest.fixture
def ill(report: TrainingReport) -> TrainingReport:
    """The same training with three of four units dead."""
    (row,) = report.observation.activations
    dead = replace(row, dead=np.array([True, True, False, True]))
    return replace(report, observation=replace(report.observation, activations=(dead,)))


def titles(view: DoctorView) -> list[str]:
    return [card.title.text() for card in view.cards]


def test_has_nothing_to_complain_about_in_a_healthy_training(view: DoctorView) -> None:
    assert view.cards == ()
    assert view.empty.isVisible()
    assert view.empty.text == HEALTHY


def test_says_what_is_wrong_and_which_layer(
    view: DoctorView, trained: Session, ill: TrainingReport
) -> None:
    trained.tell_training(Training(ill, "fashion_mnist"))

    assert titles(view) == ["Units are dead"]
    assert view.cards[0].sentence.startswith("In relu, 75% of the 4 units gave 0")
    assert not view.empty.isVisible()
    assert isinstance(view.exportable(), Table)


def test_a_cure_of_the_network_is_one_step_of_undo(
    view: DoctorView, trained: Session, ill: TrainingReport
) -> None:
    trained.tell_training(Training(ill, "fashion_mnist"))
    before = trained.document
    view.cards[0].buttons[0].click()

    assert trained.model is not None
    assert trained.model.spec is not None
    assert isinstance(trained.model.spec.node("relu").op, LeakyRelu)
    assert view.empty.text == BEFORE  # it is another network, which has not been trained
    trained.undo()
    assert trained.document == before
    assert titles(view) == ["Units are dead"]


def test_a_cure_of_the_settings_is_what_is_trained_with_next(
    view: DoctorView, trained: Session, ill: TrainingReport
) -> None:
    trained.tell_training(Training(ill, "fashion_mnist"))
    view.cards[0].buttons[1].click()

    assert saved_params(trained, SETTINGS, TrainParams).rate == 0.001


def test_a_card_keeps_its_buttons_while_its_numbers_change(
    view: DoctorView, trained: Session, ill: TrainingReport
) -> None:
    trained.tell_training(Training(ill, "fashion_mnist"))
    (card,) = view.cards
    (row,) = ill.observation.activations
    all_dead = replace(row, dead=np.ones(4, bool))
    worse = replace(ill, observation=replace(ill.observation, activations=(all_dead,)))
    trained.tell_training(Training(worse, "fashion_mnist"))

    assert view.cards == (card,)
    assert "100% of the 4 units" in card.sentence


def test_finds_a_wrong_output_before_the_start_and_mends_it(
    view: DoctorView, trained: Session, qtbot: QtBot
) -> None:
    trained.tell_training(None)
    trained.tell_data("lecture_examples")
    qtbot.waitUntil(lambda: len(view.cards) == 1, timeout=PATIENCE)
    told = view.cards[0].sentence
    view.cards[0].buttons[0].click()

    assert "ends in a vector of 10, but the data has 4 classes" in told
    assert view.cards == ()
    assert trained.table()[-1].shape == (4,)


def test_a_network_that_was_not_described_here_is_not_for_the_doctor(
    view: DoctorView, trained: Session
) -> None:
    assert trained.model is not None
    trained.edit(model=replace(trained.model, spec=None))

    assert view.empty.text == NOT_OURS
