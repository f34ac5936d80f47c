from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, colour_at, has_colour, point, press
from workbench.widgets.picture_tiles import PictureTiles, Tile


def tile(level: int, height: int = 8, width: int = 8) -> Tile:
    return Tile(np.full((height, width, 3), level, np.uint8), (f"{level}", "below"), f"tip {level}")


@pytest.fixture
def view(show: Show) -> PictureTiles:
    made = PictureTiles(empty="No mistakes.")
    show(made, 240, 240)
    made.show_tiles([tile(level) for level in (50, 100, 150, 200)])
    return made


def test_each_picture_has_its_place(view: PictureTiles) -> None:
    middles = [view.tile_rect(place).center() for place in range(4)]

    assert [colour_at(view, middle.x(), middle.y())[0] for middle in middles] == [50, 100, 150, 200]
    assert middles[3].y() > middles[0].y()


def test_a_click_chooses_a_picture(view: PictureTiles, qtbot: QtBot) -> None:
    middle = view.tile_rect(2).center()
    with qtbot.waitSignal(view.chosen) as heard:
        press(qtbot, view, middle.x(), middle.y())

    assert heard.args == [2]
    assert has_colour(view, "accent")


def test_arrows_walk_over_the_pictures(view: PictureTiles, qtbot: QtBot) -> None:
    told: list[int] = []
    view.chosen.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)

    assert told == [0, 3, 2]


def test_the_pointer_tells_of_a_picture(view: PictureTiles, qtbot: QtBot) -> None:
    middle = view.tile_rect(1).center()
    point(qtbot, view, middle.x(), middle.y())

    assert view.toolTip() == "tip 100"


def test_a_picture_keeps_its_shape(view: PictureTiles) -> None:
    view.show_tiles([tile(200, 4, 16)])
    rect = view.tile_rect(0)

    assert colour_at(view, rect.center().x(), rect.center().y())[0] == 200
    assert colour_at(view, rect.center().x(), rect.top() + 4)[0] != 200


def test_is_as_high_as_its_rows(view: PictureTiles) -> None:
    assert view.heightForWidth(100) > view.heightForWidth(240) > view.heightForWidth(400)


def test_without_pictures_it_says_so(view: PictureTiles) -> None:
    view.show_tiles(())

    assert has_colour(view, "secondary")
