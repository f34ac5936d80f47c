from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, press
from workbench.widgets.legend import LINE, Entry, Legend


@pytest.fixture
def legend(show: Show) -> Legend:
    made = Legend(pressable=True)
    show(made, 300, 40)
    made.show_entries([Entry("cat", 0), Entry("dog", 1), Entry("bird", 2)], 3)
    return made


def test_a_click_highlights_and_another_ends_it(legend: Legend, qtbot: QtBot) -> None:
    told: list[int] = []
    legend.highlighted_changed.connect(told.append)
    press(qtbot, legend, 5, 9)
    press(qtbot, legend, 5, 9)

    assert told == [0, -1]


def test_arrow_keys_walk_round_and_escape_ends(legend: Legend, qtbot: QtBot) -> None:
    told: list[int] = []
    legend.highlighted_changed.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Escape):
        qtbot.keyClick(legend, key)

    assert told == [0, 2, -1]


def test_names_wrap_where_there_is_no_room(legend: Legend) -> None:
    assert legend.heightForWidth(300) == LINE
    assert legend.heightForWidth(60) == 3 * LINE


def test_assistants_hear_names_and_values(legend: Legend) -> None:
    legend.show_entries([Entry("train", 0, "0.5"), Entry("test", 1)])

    assert legend.accessibleDescription() == "train  0.5, test"
