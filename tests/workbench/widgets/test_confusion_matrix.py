from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, colour_at, has_colour, point, press
from workbench.widgets.confusion_matrix import ConfusionMatrix

COUNTS = np.array([[8, 2, 0], [0, 10, 0], [5, 0, 5]])
CLASSES = ("cat", "dog", "bird")


@pytest.fixture
def view(show: Show) -> ConfusionMatrix:
    made = ConfusionMatrix(empty="Train first.")
    show(made, 400, 300)
    made.show_confusion(COUNTS, CLASSES)
    return made


def shade(view: ConfusionMatrix, true: int, predicted: int) -> tuple[int, int, int]:
    """The colour of a cell, beside its count."""
    rect = view.cell_rect(true, predicted)
    return colour_at(view, rect.left() + 3, rect.top() + 3)


def test_cells_are_coloured_by_their_share_of_the_row(view: ConfusionMatrix) -> None:
    blue = [shade(view, *cell)[2] for cell in ((1, 1), (0, 0), (2, 2))]
    red = [shade(view, *cell)[0] for cell in ((2, 0), (0, 1), (0, 2))]

    assert blue == sorted(blue, reverse=True)
    assert red == sorted(red, reverse=True)
    assert len(set(blue)) == len(set(red)) == 3
    assert shade(view, 0, 2) == shade(view, 1, 0)


def test_a_click_selects_a_cell_and_a_second_one_none(view: ConfusionMatrix, qtbot: QtBot) -> None:
    heard: list[tuple[int, int]] = []
    view.chosen.connect(lambda true, predicted: heard.append((true, predicted)))
    middle = view.cell_rect(2, 0).center()
    press(qtbot, view, middle.x(), middle.y())
    selected = view.selected
    press(qtbot, view, middle.x(), middle.y())

    assert heard == [(2, 0), (-1, -1)]
    assert selected == (2, 0)
    assert view.selected is None


def test_arrows_walk_over_the_cells_and_escape_selects_none(
    view: ConfusionMatrix, qtbot: QtBot
) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    walked = view.selected
    qtbot.keyClick(view, Qt.Key.Key_Escape)

    assert walked == (0, 1)
    assert view.selected is None


def test_the_pointer_tells_a_cell_in_words(view: ConfusionMatrix, qtbot: QtBot) -> None:
    heard: list[str] = []
    view.hovered.connect(heard.append)
    for cell in ((0, 0), (2, 0)):
        middle = view.cell_rect(*cell).center()
        point(qtbot, view, middle.x(), middle.y())

    told = [text.replace("\N{NO-BREAK SPACE}", " ") for text in heard]
    assert told == ["cat recognised: 8 of 10, 80.0 %", "bird taken for cat: 5 of 10, 50.0 %"]


def test_classes_without_names_are_numbered(view: ConfusionMatrix) -> None:
    view.show_confusion(COUNTS, ())

    assert view.told(2, 0).startswith("class 2 taken for class 0")


def test_a_selection_beyond_fewer_classes_is_given_up(view: ConfusionMatrix) -> None:
    view.select((2, 0))
    view.show_confusion(COUNTS[:2, :2], CLASSES[:2])

    assert view.selected is None


def test_names_that_do_not_fit_stand_upright(view: ConfusionMatrix) -> None:
    before = view.cell_rect(0, 0).top()
    view.show_confusion(COUNTS, ("a very long name of a class of cats", "dog", "bird"))

    assert view.cell_rect(0, 0).top() > before


def test_a_hundred_classes_are_shades(show: Show) -> None:
    view = ConfusionMatrix()
    show(view, 300, 300)
    view.show_confusion(np.eye(100, dtype=np.int64) * 7, ())

    assert not has_colour(view, "on_accent")
    assert view.cell_rect(99, 99).right() <= 300


def test_assistants_hear_how_many_are_right(view: ConfusionMatrix) -> None:
    assert view.accessibleDescription() == "23 of 30 right"


def test_without_an_exam_it_says_what_to_do(view: ConfusionMatrix) -> None:
    view.show_confusion(None, ())

    assert has_colour(view, "secondary")
    assert not has_colour(view, "raised")
