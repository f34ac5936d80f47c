from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.results import ClassProbability, Predictions
from tests.workbench.widgets.conftest import Show, colour, has_colour, picture_of, press
from workbench.widgets.bars import ROW, BarsView


def predictions(*rows: tuple[int, str, float]) -> Predictions:
    classes = tuple(ClassProbability(*row) for row in rows)
    return Predictions(classes, np.array([row[2] for row in rows], np.float32))


CATS = predictions((282, "tiger cat", 0.39), (285, "Egyptian cat", 0.36), (281, "tabby", 0.17))


@pytest.fixture
def view(show: Show) -> BarsView:
    made = BarsView(empty="This network gives no classes.")
    show(made, 300, 5 * ROW)
    made.show_predictions(CATS)
    return made


def test_longer_bars_stand_for_more_probable_classes(view: BarsView) -> None:
    middles = picture_of(view)[ROW // 2 :: ROW]
    lengths = [(row == np.array(colour("data"))).all(1).sum() for row in middles]

    assert lengths[0] > lengths[1] > lengths[2] > lengths[3] == 0


def test_a_click_selects_the_class_of_the_row(view: BarsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.clicked) as heard:
        press(qtbot, view, 20, 1.5 * ROW)

    assert heard.args == [285]
    assert view.selected == 285
    assert has_colour(view, "accent")


def test_up_and_down_walk_over_the_classes(view: BarsView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.clicked.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)

    assert told == [282, 285, 282]


def test_bars_keep_their_place_when_names_change(view: BarsView) -> None:
    before = picture_of(view)[ROW // 2]
    view.show_predictions(predictions((1, "a much longer name of a class of cats", 0.39)))
    after = picture_of(view)[ROW // 2]

    assert np.array_equal(before[150:], after[150:])


def test_assistants_hear_the_classes(view: BarsView) -> None:
    assert view.accessibleDescription().startswith("tiger cat 39.0")


def test_without_classes_it_says_why(view: BarsView) -> None:
    view.show_predictions(None)

    assert has_colour(view, "secondary")
    assert not has_colour(view, "data")
