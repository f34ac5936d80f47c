from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.results import Bytes, Scatter
from tests.workbench.widgets.conftest import Show, colour_at, has_colour, picture_of, point, press
from workbench.widgets.hues import hue
from workbench.widgets.plane_view import fitted
from workbench.widgets.scatter import ScatterView

CORNERS = np.array([[0, 0], [10, 0], [0, 10], [10, 10], [5, 5]], np.float32)


def scatter(classes: int = 5) -> Scatter:
    labels = np.arange(5, dtype=np.int64) % classes
    names = ("cat", "dog", "bird", "fish", "bee")[:classes]
    return Scatter(CORNERS, labels, np.arange(5), "t-SNE", names)


@pytest.fixture
def view(show: Show) -> ScatterView:
    made = ScatterView(empty="Press Start.")
    show(made)
    made.show_scatter(scatter())
    return made


def test_points_have_the_colours_of_their_classes(view: ScatterView) -> None:
    for position in range(5):
        place = view.cloud.place_of(position)
        wanted = hue(position)
        assert colour_at(view.cloud, place.x(), place.y()) == (
            wanted.red(),
            wanted.green(),
            wanted.blue(),
        )


def test_y_grows_upwards_and_both_axes_have_one_scale(view: ScatterView) -> None:
    origin, right, up = (view.cloud.place_of(position) for position in (0, 1, 2))

    assert up.y() < origin.y()
    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y(), rel=1e-4)


def test_the_pointer_finds_the_nearest_point(view: ScatterView, qtbot: QtBot) -> None:
    place = view.cloud.place_of(3)
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view.cloud, place.x() + 3, place.y() - 3)
    assert heard.args == [3]
    with qtbot.waitSignal(view.hovered) as left:
        point(qtbot, view.cloud, 2, 2)
    assert left.args == [-1]


def test_a_click_selects_the_point(view: ScatterView, qtbot: QtBot) -> None:
    place = view.cloud.place_of(1)
    with qtbot.waitSignal(view.clicked) as heard:
        press(qtbot, view.cloud, place.x(), place.y())

    assert heard.args == [1]
    assert view.selected == 1
    assert has_colour(view, "accent")


def test_a_picture_stands_beside_the_pointer(view: ScatterView, qtbot: QtBot) -> None:
    asked: list[int] = []

    def source(position: int) -> Bytes:
        asked.append(position)
        return np.full((8, 8, 3), (1, 200, 3), np.uint8)

    view.set_thumbnail_source(source)
    place = view.cloud.place_of(4)
    point(qtbot, view.cloud, place.x(), place.y())

    assert asked == [4]
    assert (picture_of(view.cloud) == (1, 200, 3)).all(2).sum() >= 70 * 70


def test_a_legend_entry_highlights_its_class(view: ScatterView, qtbot: QtBot) -> None:
    press(qtbot, view.legend, 5, 9)
    dimmed, kept = view.cloud.place_of(1), view.cloud.place_of(0)

    full = hue(1)
    assert colour_at(view.cloud, dimmed.x(), dimmed.y())[0] < full.red() / 2
    assert colour_at(view.cloud, kept.x(), kept.y())[2] == hue(0).blue()


def test_the_wheel_zooms_around_the_pointer(view: ScatterView) -> None:
    place, other = view.cloud.place_of(3), view.cloud.place_of(0)
    event = QWheelEvent(
        place,
        QPointF(view.cloud.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.cloud, event)

    assert view.cloud.place_of(3).x() == pytest.approx(place.x(), abs=0.1)
    assert view.cloud.place_of(0).x() < other.x()
    view.show_all()
    assert view.cloud.place_of(0) == other


def test_dragging_moves_and_presses_nothing(view: ScatterView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.clicked.connect(told.append)
    place = view.cloud.place_of(4).toPoint()
    qtbot.mousePress(view.cloud, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(view.cloud, place + QPoint(30, 0))
    qtbot.mouseRelease(view.cloud, Qt.MouseButton.LeftButton, pos=place + QPoint(30, 0))

    assert not told
    assert view.cloud.place_of(4).x() == pytest.approx(place.x() + 30, abs=1)


def test_arrow_keys_walk_to_the_next_point_in_their_direction(
    view: ScatterView, qtbot: QtBot
) -> None:
    told: list[int] = []
    view.hovered.connect(told.append)
    view.select(0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view.cloud, key)
    with qtbot.waitSignal(view.clicked) as heard:
        qtbot.keyClick(view.cloud, Qt.Key.Key_Return)

    assert told == [1, 3]
    assert heard.args == [3]


def test_the_dot_of_the_input_is_shown_and_stays_inside(view: ScatterView) -> None:
    view.set_dot((1e6, 0.0))

    assert has_colour(view.cloud, "text")


def test_points_that_move_keep_the_zoom(view: ScatterView, qtbot: QtBot) -> None:
    qtbot.keyClick(view.cloud, Qt.Key.Key_Plus)
    before = view.cloud.place_of(4)
    view.show_scatter(replace(scatter(), points=CORNERS + np.float32(0.1)))

    assert view.cloud.place_of(4).x() - before.x() == pytest.approx(0.1 * 30, rel=1)


@pytest.mark.parametrize(("count", "classes"), [(1, 1), (300, 12), (5001, 10), (200, 40)])
def test_any_number_of_points_and_classes_is_drawn(
    view: ScatterView, count: int, classes: int
) -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((count, 2)).astype(np.float32)
    labels = rng.integers(0, classes, count)
    view.show_scatter(Scatter(points, labels, np.arange(count), "t-SNE"))

    drawn = {tuple(colour) for colour in picture_of(view.cloud).reshape(-1, 3).tolist()}
    assert len(drawn) > min(count, classes)
    assert view.legend.isVisible() == (classes <= 20)


def test_without_points_it_says_what_to_do(view: ScatterView) -> None:
    view.show_scatter(None)

    assert has_colour(view, "secondary")
    assert not view.legend.isVisible()


def test_points_at_one_place_or_nowhere_have_a_view() -> None:
    nowhere = np.full((3, 2), np.nan, np.float32)

    assert fitted(nowhere, 100, 100, 10).scale == 1
    assert fitted(np.ones((3, 2), np.float32), 100, 100, 10).on_screen(
        np.ones((1, 2), np.float32)
    ).tolist() == [[50, 50]]
