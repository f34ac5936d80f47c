from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.results import Floats
from tests.workbench.widgets.conftest import (
    Show,
    colour,
    colour_at,
    has_colour,
    picture_of,
    point,
    press,
)
from workbench.widgets.number_grid import NumberGridView

CROSS = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], np.float32)


@pytest.fixture
def view(show: Show) -> NumberGridView:
    made = NumberGridView(caption="window", empty="Click a cell of a map.")
    show(made, 240, 260)
    return made


def colour_of(view: NumberGridView, row: int, column: int) -> tuple[int, int, int]:
    rect = view.cell_rect(row, column)
    return colour_at(view, rect.left() + 2, rect.top() + 2)


def test_zero_is_neutral_and_signs_have_their_colours(view: NumberGridView) -> None:
    view.show_numbers(np.array([[-2, 0, 2]], np.float32))

    red, _, blue = colour_of(view, 0, 0)
    assert blue > red
    assert colour_of(view, 0, 1) == colour("raised")
    red, _, blue = colour_of(view, 0, 2)
    assert red > blue


def test_a_common_reach_makes_grids_comparable(view: NumberGridView) -> None:
    view.show_numbers(np.array([[1.0]], np.float32), reach=10)
    faint = colour_of(view, 0, 0)
    view.show_numbers(np.array([[1.0]], np.float32))

    assert faint != colour_of(view, 0, 0)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (CROSS, ["1", "0", "1", "0", "1", "0", "1", "0", "1"]),
        (np.array([[0.123456, -0.5]], np.float32), ["0.123", "−0.500"]),
        (np.array([[12.3456, 0.04]], np.float32), ["12.3", "0.0"]),
        (np.array([[2e-5, 0]], np.float32), ["2e−5".replace("−", "-"), "0"]),
        (np.array([[np.nan, 1.5]], np.float32), ["not a number", "1.50"]),
    ],
)
def test_numbers_have_at_most_three_significant_digits(
    view: NumberGridView, values: Floats, texts: list[str]
) -> None:
    view.show_numbers(values)

    assert [text.replace("−", "-") for text in view.texts(3)] == [
        text.replace("−", "-") for text in texts
    ]


def test_digits_give_way_where_there_is_no_room(view: NumberGridView) -> None:
    kernel = np.random.default_rng(0).standard_normal((11, 11)).astype(np.float32)
    view.show_numbers(kernel)
    view.resize(500, 520)
    assert view.digits()[1] >= 2
    view.resize(100, 120)
    assert view.digits() == (0, 0)
    picture_of(view)


def test_what_only_fills_a_row_up_is_no_cell(view: NumberGridView, qtbot: QtBot) -> None:
    values = np.array([[1.5, 2.5], [3.5, np.nan]], np.float32)
    view.show_numbers(values, padding=np.isnan(values))

    assert view.texts(3) == ["1.50", "2.50", "3.50", ""]
    assert colour_of(view, 1, 1) not in (colour("raised"), colour_of(view, 1, 0))
    view.highlight((1, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.highlighted == (1, 0)


def test_padding_is_hatched_and_told(view: NumberGridView, qtbot: QtBot) -> None:
    padding = np.zeros((3, 3), np.bool_)
    padding[0] = True
    view.show_numbers(CROSS, padding=padding)
    cell = view.cell_rect(0, 1).center()
    point(qtbot, view, cell.x(), cell.y())

    assert has_colour(view, "disabled")
    assert view.toolTip() == "(0, 1) · 0 · padding"


def test_the_pointer_and_the_keys_reach_each_number(view: NumberGridView, qtbot: QtBot) -> None:
    view.show_numbers(CROSS)
    cell = view.cell_rect(2, 1).center()
    with qtbot.waitSignal(view.hovered) as pointed:
        point(qtbot, view, cell.x(), cell.y())
    with qtbot.waitSignal(view.clicked) as pressed:
        press(qtbot, view, cell.x(), cell.y())
    assert pointed.args == pressed.args == [2, 1]

    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.highlighted == (0, 1)
    assert view.accessibleDescription() == "(0, 1) · 0"


def test_the_highlighted_cell_has_the_accent(view: NumberGridView) -> None:
    view.show_numbers(CROSS)
    view.highlight((1, 1))

    assert has_colour(view, "accent")


def test_without_numbers_it_says_what_to_do(view: NumberGridView) -> None:
    view.show_numbers(None)

    assert has_colour(view, "secondary")
