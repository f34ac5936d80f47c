from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, press
from workbench.widgets.paged_tiles import PagedTiles
from workbench.widgets.picture_tiles import Tile


def tile(place: int) -> Tile:
    return Tile(np.full((8, 8, 3), place, np.uint8), (str(place),))


@pytest.fixture
def view(show: Show) -> PagedTiles:
    made = PagedTiles(per_page=10, empty="None.")
    show(made)
    made.show_pages(25, tile)
    return made


def shown(view: PagedTiles) -> list[int]:
    return [int(one.lines[0]) for one in view.tiles.tiles]


def test_begins_at_the_first_page(view: PagedTiles) -> None:
    assert shown(view) == list(range(10))
    assert view.where.whole == "1–10 of 25"
    assert not view.previous.isEnabled()


def test_pages_turn_to_the_last_and_back(view: PagedTiles, qtbot: QtBot) -> None:
    for _ in range(2):
        qtbot.mouseClick(view.next, Qt.MouseButton.LeftButton)
    assert shown(view) == list(range(20, 25))
    assert not view.next.isEnabled()
    qtbot.mouseClick(view.previous, Qt.MouseButton.LeftButton)
    assert shown(view) == list(range(10, 20))


def test_a_picture_is_told_by_its_place_among_all(view: PagedTiles, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.next, Qt.MouseButton.LeftButton)
    middle = view.tiles.tile_rect(3).center()
    with qtbot.waitSignal(view.chosen) as heard:
        press(qtbot, view.tiles, middle.x(), middle.y())

    assert heard.args == [13]


def test_a_single_page_needs_no_buttons(view: PagedTiles) -> None:
    view.show_pages(4, tile)
    assert shown(view) == [0, 1, 2, 3]
    assert not view.next.isVisible()
    view.show_pages(0, tile)
    assert view.where.whole == ""
