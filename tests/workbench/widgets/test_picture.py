from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.results import Box, Heatmap
from tests.workbench.widgets.conftest import Show, colour_at, has_colour, picture_of, point, press
from workbench.widgets.picture import Overlay, PictureView

RED = np.full((100, 200, 3), (255, 0, 0), np.uint8)


@pytest.fixture
def view(show: Show) -> PictureView:
    made = PictureView(empty="Choose an image first.")
    show(made)
    return made


def test_the_picture_keeps_its_aspect_and_stands_in_the_middle(view: PictureView) -> None:
    view.show_picture(RED)
    rect = view.picture_rect()

    assert (rect.width(), rect.height()) == (400, 200)
    assert rect.top() == 50
    assert colour_at(view, 200, 150) == (255, 0, 0)


def test_pixels_are_told_in_the_pictures_own_coordinates(view: PictureView, qtbot: QtBot) -> None:
    view.show_picture(RED)
    with qtbot.waitSignal(view.clicked) as heard:
        press(qtbot, view, 398, 52)
    assert heard.args == [1, 199]
    with qtbot.waitSignal(view.hovered) as pointed:
        point(qtbot, view, 100, 150)
    assert pointed.args == [50, 50]
    with qtbot.waitSignal(view.hover_left):
        point(qtbot, view, 100, 10)


def test_small_pictures_keep_hard_edges(view: PictureView) -> None:
    checks = np.zeros((2, 2, 3), np.uint8)
    checks[0, 0] = checks[1, 1] = 255
    view.show_picture(checks)
    inner = picture_of(view)[10:-10, 60:340]

    assert set(np.unique(inner)) == {0, 255}


def test_an_overlay_lies_where_its_box_says(view: PictureView) -> None:
    view.show_picture(RED)
    view.set_overlays([Overlay("", Box(20, 40, 50, 100), "accent")])
    box = view.rect_of(Box(20, 40, 50, 100))

    assert (box.left(), box.top(), box.width(), box.height()) == (80, 90, 200, 100)
    assert has_colour(view, "accent")
    assert colour_at(view, box.center().x(), box.center().y()) == (255, 0, 0)


@pytest.mark.parametrize("dashed", [False, True])
def test_an_overlay_tells_its_name(view: PictureView, dashed: bool) -> None:
    view.show_picture(RED)
    view.set_overlays([Overlay("receptive field", Box(-20, -20, 40, 40), "data", dashed)])

    assert has_colour(view, "data")
    assert has_colour(view, "surface")


def test_what_the_network_does_not_see_is_dimmed(view: PictureView) -> None:
    view.show_picture(RED)
    view.set_crop(Box(0, 50, 100, 100))

    assert colour_at(view, 200, 150) == (255, 0, 0)
    assert colour_at(view, 20, 150)[0] < 160


def test_a_heat_map_turns_the_picture_grey_and_colours_what_matters(view: PictureView) -> None:
    view.show_picture(RED)
    values = np.zeros((10, 20), np.float32)
    values[5:, 10:] = 1
    view.show_heat(Heatmap(values, "drop in probability"))
    red, green, blue = colour_at(view, 50, 70)
    assert red == green == blue
    hot = colour_at(view, 300, 220)
    assert max(hot) - min(hot) > 30

    view.show_heat(None)
    assert colour_at(view, 50, 70) == (255, 0, 0)


def test_arrow_keys_move_the_marker_inside_the_picture(view: PictureView, qtbot: QtBot) -> None:
    view.show_picture(RED)
    view.set_marker((0, 5))
    places: list[tuple[int, int]] = []
    view.clicked.connect(lambda row, column: places.append((row, column)))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)

    assert places == [(0, 5), (0, 6), (1, 6)]


@pytest.mark.parametrize("size", [(400, 300), (48, 48), (10, 300)])
def test_a_picture_fits_any_size(view: PictureView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show_picture(RED)
    picture_of(view)

    assert view.rect().contains(view.picture_rect().toRect())


def test_without_a_picture_it_says_what_to_do(view: PictureView) -> None:
    assert has_colour(view, "secondary")
