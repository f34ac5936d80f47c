from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, has_colour, picture_of, point, press
from workbench.widgets.polar import PolarView

ANGLES = np.array([0, 90, 45], np.float32)
LENGTHS = np.array([4, 8, 6], np.float32)


@pytest.fixture
def view(show: Show) -> PolarView:
    made = PolarView(empty="Fit the kernels first.")
    show(made, 240, 240)
    made.show_points(ANGLES, LENGTHS)
    return made


def test_zero_degrees_point_right_and_ninety_up(view: PolarView) -> None:
    right, up = view.place_of(0), view.place_of(1)

    assert right.x() > 120
    assert right.y() == pytest.approx(120)
    assert up.y() < 120
    assert up.x() == pytest.approx(120)
    assert 120 - up.y() == pytest.approx(2 * (right.x() - 120))


def test_a_point_is_found_on_both_sides(view: PolarView, qtbot: QtBot) -> None:
    place = view.place_of(2)
    with qtbot.waitSignal(view.clicked) as heard:
        press(qtbot, view, place.x(), place.y())
    assert heard.args == [2]
    with qtbot.waitSignal(view.hovered) as pointed:
        point(qtbot, view, 240 - place.x(), 240 - place.y())
    assert pointed.args == [2]


def test_the_selected_point_has_the_accent(view: PolarView) -> None:
    view.select(1)

    assert has_colour(view, "accent")


def test_weak_points_are_quiet(view: PolarView) -> None:
    view.show_points(ANGLES, LENGTHS, strong=np.zeros(3, np.bool_))

    assert has_colour(view, "disabled")
    assert not has_colour(view, "data")


def test_arrow_keys_walk_by_angle(view: PolarView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.clicked.connect(told.append)
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Right)

    assert told == [0, 2, 1, 0]


def test_longer_ones_stand_on_the_outer_ring(view: PolarView) -> None:
    view.show_points(ANGLES, LENGTHS, outer=4)

    assert view.place_of(0).x() - 120 == pytest.approx(120 - view.place_of(1).y())


@pytest.mark.parametrize("size", [(80, 80), (400, 120)])
def test_it_fits_any_size(view: PolarView, size: tuple[int, int]) -> None:
    view.resize(*size)
    picture_of(view)


def test_without_points_it_says_what_to_do(view: PolarView) -> None:
    view.show_points(None, None)

    assert has_colour(view, "secondary")
