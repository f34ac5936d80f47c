from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.results import Ints
from tests.workbench.widgets.conftest import Show, has_colour, picture_of, point, press
from workbench.widgets.class_bars import HEAD, ROW, ClassBars
from workbench.widgets.hues import hue

CLASSES = ("cat", "dog", "owl")
TRAINING, TEST = np.array([400, 200, 0]), np.array([50, 25, 1])


@pytest.fixture
def view(show: Show) -> ClassBars:
    made = ClassBars(empty="Nothing to count.")
    show(made, 320, 120)
    made.show_counts(CLASSES, {"training": TRAINING, "test": TEST})
    return made


def lengths(view: ClassBars, part: int) -> list[int]:
    """The px of the bars of a part, by class; the dot in the head is left out."""
    colour = hue(part)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    is_bar = (picture_of(view) == wanted).all(2)
    rows = [is_bar[HEAD + place * ROW : HEAD + (place + 1) * ROW] for place in range(len(CLASSES))]
    return [int(row.sum(1).max()) for row in rows]


def test_bars_are_as_long_as_their_class_is_large(view: ClassBars) -> None:
    training, test = lengths(view, 0), lengths(view, 1)

    assert training[0] == pytest.approx(2 * training[1], abs=3)
    assert training[0] == pytest.approx(8 * test[0], abs=10)
    assert training[2] == 0
    assert test[2] > 0


def test_the_pointer_tells_the_numbers(view: ClassBars, qtbot: QtBot) -> None:
    middle = view.row_rect(1).center()
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view, middle.x(), middle.y())

    assert heard.args[0].replace("\N{NO-BREAK SPACE}", " ") == (
        "dog: 200 training, 33.3 %; 25 test, 32.9 %"
    )
    assert view.toolTip() == heard.args[0]


def test_a_click_selects_a_class_and_another_one_none(view: ClassBars, qtbot: QtBot) -> None:
    told: list[int] = []
    view.chosen.connect(told.append)
    middle = view.row_rect(2).center()
    press(qtbot, view, middle.x(), middle.y())
    assert has_colour(view, "accent_soft")
    press(qtbot, view, middle.x(), middle.y())

    assert told == [2, -1]


def test_keys_walk_over_the_classes_and_select_none(view: ClassBars, qtbot: QtBot) -> None:
    told: list[int] = []
    view.chosen.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Escape):
        qtbot.keyClick(view, key)

    assert told == [0, 1, 0, -1]


@pytest.mark.parametrize("width", [120, 200, 800])
def test_bars_have_room_at_any_width(view: ClassBars, width: int) -> None:
    view.resize(width, 120)

    assert lengths(view, 0)[0] > 20


def test_other_data_select_none(view: ClassBars) -> None:
    view.select(1)
    counts: Ints = np.array([3, 4])
    view.show_counts(("a", "b"), {"training": counts})

    assert view.selected == -1
    assert view.accessibleDescription().startswith("a: 3 training, 42.9")


def test_without_classes_it_says_so(view: ClassBars) -> None:
    view.show_counts((), {})

    assert has_colour(view, "secondary")
