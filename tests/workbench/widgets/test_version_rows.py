from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, colour_at, point
from workbench.widgets.version_rows import VersionRow, VersionRows


def row(name: str, *levels: int) -> VersionRow:
    first, *others = (np.full((8, 8, 3), level, np.uint8) for level in levels)
    return VersionRow(name, first, tuple(others))


@pytest.fixture
def view(show: Show) -> VersionRows:
    made = VersionRows()
    show(made, 330, 160)
    made.show_rows([row("cat", 10, 20, 30, 40, 50, 60, 70), row("dog", 110, 120)])
    return made


def level(view: VersionRows, line: int, column: int) -> int:
    middle = view.picture_rect(line, column).center()
    return colour_at(view, middle.x(), middle.y())[0]


def test_versions_stand_beside_their_picture(view: VersionRows) -> None:
    assert [level(view, 0, column) for column in range(5)] == [10, 20, 30, 40, 50]
    assert [level(view, 1, column) for column in range(2)] == [110, 120]


def test_what_would_be_cut_is_left_out(view: VersionRows) -> None:
    assert view.picture_rect(0, 5).left() < view.width() < view.picture_rect(0, 5).right()
    cut = view.picture_rect(0, 5)
    assert colour_at(view, cut.left() + 2, cut.center().y())[0] != 60


def test_the_pointer_tells_which_picture_it_is(view: VersionRows, qtbot: QtBot) -> None:
    middle = view.picture_rect(1, 1).center()
    point(qtbot, view, middle.x(), middle.y())

    assert view.toolTip() == "dog"


def test_is_as_high_as_its_rows(view: VersionRows) -> None:
    two = view.sizeHint().height()
    view.show_rows([row("cat", 10, 20)])

    assert view.sizeHint().height() < two
    assert len(view.rows) == 1
