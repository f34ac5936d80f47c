"""The flow layout: widgets side by side, and in the next line where there is no room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from workbench.widgets.flow import FlowLayout


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    row = FlowLayout(made, spacing=6)
    for _ in range(3):
        part = QLabel("part")
        part.setFixedSize(100, 20)
        row.addWidget(part)
    qtbot.addWidget(made)
    return made


def lines(holder: QWidget, width: int) -> list[int]:
    holder.resize(width, 200)
    holder.show()
    tops = [part.y() for part in holder.findChildren(QLabel)]
    holder.hide()
    return tops


def test_all_stand_in_one_line_where_there_is_room(holder: QWidget) -> None:
    assert lines(holder, 400) == [0, 0, 0]


def test_what_has_no_room_goes_on_in_the_next_line(holder: QWidget) -> None:
    assert lines(holder, 220) == [0, 0, 26]
    assert holder.heightForWidth(220) == 46


def test_it_gives_way_to_any_width(holder: QWidget) -> None:
    assert lines(holder, 110) == [0, 26, 52]


def test_what_is_hidden_takes_no_room(holder: QWidget) -> None:
    first, second, _ = holder.findChildren(QLabel)
    first.hide()
    lines(holder, 220)
    assert second.x() == 0
