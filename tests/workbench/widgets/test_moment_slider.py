from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.results import Curves, Series
from core.training.course import Course
from tests.workbench.widgets.conftest import Show, has_colour, picture_of, point, press
from workbench.widgets.hues import hue
from workbench.widgets.moment_slider import LOSS, TEST, MomentSlider

STEPS = (0, 10, 100, 1000)


def course(steps: tuple[int, ...] = STEPS) -> Course:
    x = np.arange(1, steps[-1] + 1, dtype=np.float32)
    loss = Series(x, (2 / np.sqrt(x)).astype(np.float32))
    test = Series(np.array([steps[-1]], np.float32), np.array([80], np.float32))
    panels = {"Loss": {"loss": loss}, "Accuracy, %": {"test": test}}
    return Course(steps, Curves("Step", panels), steps[-1], 4)


@pytest.fixture
def view(show: Show) -> MomentSlider:
    made = MomentSlider(empty="Train first.")
    show(made, 500, 100)
    made.show_course(course())
    return made


@pytest.fixture
def moved(view: MomentSlider) -> list[int | None]:
    """What the person has asked for."""
    steps: list[int | None] = []
    view.moved.connect(steps.append)
    return steps


def turn(view: MomentSlider, angle: int) -> None:
    place = QPointF(view.rect().center())
    event = QWheelEvent(
        place,
        view.mapToGlobal(place),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drawn(view: MomentSlider, number: int) -> np.ndarray:
    """Where a curve is drawn: rows and columns [n, 2]."""
    colour = hue(number)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    return np.argwhere((np.abs(picture_of(view).astype(int) - wanted) < 30).all(2))


def test_a_press_goes_to_the_nearest_moment(
    view: MomentSlider, moved: list[int | None], qtbot: QtBot
) -> None:
    press(qtbot, view, view.x_of(100) + 6, 60)
    press(qtbot, view, view.x_of(100) - 6, 60)
    press(qtbot, view, 0, 60)

    assert moved == [100, 0]
    assert view.step == 0


def test_the_right_end_is_now(view: MomentSlider, moved: list[int | None], qtbot: QtBot) -> None:
    press(qtbot, view, view.x_of(10), 60)
    press(qtbot, view, 499, 60)

    assert moved == [10, None]
    assert view.step is None


def test_a_drag_passes_the_moments(
    view: MomentSlider, moved: list[int | None], qtbot: QtBot
) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(int(view.x_of(1000)), 60))
    for step in (1000, 100, 10, 10, 0):
        point(qtbot, view, view.x_of(step) + 1, 60)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(int(view.x_of(0)), 60))

    assert moved == [100, 10, 0]


def test_a_double_click_is_now(view: MomentSlider, moved: list[int | None], qtbot: QtBot) -> None:
    view.select(10)
    place = QPoint(int(view.x_of(10)), 60)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)

    assert moved == [None]


def test_keys_walk_over_the_moments(
    view: MomentSlider, moved: list[int | None], qtbot: QtBot
) -> None:
    key = Qt.Key
    for one in (key.Key_Left, key.Key_Left, key.Key_Right, key.Key_Home, key.Key_Left, key.Key_End):
        qtbot.keyClick(view, one)

    assert moved == [100, 10, 100, 0, None]


def test_a_notch_of_the_wheel_is_a_moment(view: MomentSlider, moved: list[int | None]) -> None:
    for angle in (-120, -60, -60, 120):
        turn(view, angle)

    assert moved == [100, 10, 100]


def test_now_stays_at_the_end_while_moments_come(
    view: MomentSlider, moved: list[int | None]
) -> None:
    view.show_course(course((*STEPS, 2000)))

    assert view.step is None
    assert view.accessibleDescription().startswith("now, step 2,000")
    assert moved == []


def test_the_past_stays_where_it_is_while_moments_come(view: MomentSlider) -> None:
    view.select(100)
    before = view.x_of(100)
    view.show_course(course((*STEPS, 2000)))

    assert view.step == 100
    assert view.x_of(100) < before


def test_tells_the_chosen_moment_and_the_one_under_the_pointer(
    view: MomentSlider, qtbot: QtBot
) -> None:
    told: list[str] = []
    view.pointed.connect(told.append)
    view.select(100)
    point(qtbot, view, view.x_of(10), 60)

    assert view.accessibleDescription() == "step 100 · epoch 1 · loss 0.2"
    assert told == ["step 10 · epoch 1 · loss 0.632"]
    assert view.told(1000) == "step 1,000 · epoch 4 · loss 0.0632 · test 80.0\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("height", [34, 60, 100])
def test_draws_the_curves_a_tick_a_moment_and_the_handle(view: MomentSlider, height: int) -> None:
    view.resize(500, height)

    assert has_colour(view, "accent")
    loss = drawn(view, LOSS)
    left, right = loss[loss[:, 1] < 150], loss[loss[:, 1] > 350]
    assert left[:, 0].mean() < right[:, 0].mean()  # it falls
    assert len(drawn(view, TEST)) > 0


def test_a_curve_is_faint_after_the_chosen_moment(view: MomentSlider) -> None:
    assert drawn(view, LOSS)[:, 1].max() > view.x_of(100) + 5
    view.select(100)
    curve = drawn(view, LOSS)
    assert curve[curve[:, 0] > 20, 1].max() <= view.x_of(100) + 5


def test_in_a_narrow_one_the_words_stay_inside(view: MomentSlider) -> None:
    for width in (80, 120, 200):
        view.resize(width, 100)
        for step in (0, None):
            view.select(step)
            assert has_colour(view, "accent")


@pytest.mark.parametrize("steps", [(0,), (7,)])
def test_a_single_moment_is_now(
    view: MomentSlider, moved: list[int | None], qtbot: QtBot, steps: tuple[int, ...]
) -> None:
    view.show_course(Course(steps, Curves("Step", {}), 0, 1))
    press(qtbot, view, 20, 60)
    qtbot.keyClick(view, Qt.Key.Key_Left)

    assert moved == []
    assert has_colour(view, "accent")


def test_without_moments_it_says_what_to_do(
    view: MomentSlider, moved: list[int | None], qtbot: QtBot
) -> None:
    view.show_course(None)
    press(qtbot, view, 20, 60)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    turn(view, 120)

    assert moved == []
    assert has_colour(view, "secondary")
    assert not has_colour(view, "accent")


def test_a_loss_that_is_no_number_is_left_out(view: MomentSlider) -> None:
    steps = np.array([1, 2, 3], np.float32)
    loss = Series(steps, np.array([1, np.nan, np.inf], np.float32))
    view.show_course(Course((0, 3), Curves("Step", {"Loss": {"loss": loss}}), 3, 1))

    assert len(drawn(view, LOSS)) > 0
