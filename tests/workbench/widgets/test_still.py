from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Heard
from workbench.widgets.still import Still


class Room(QWidget):
    """A window with a label that changes, with or without `Still` about it."""

    def __init__(self, still: bool) -> None:
        super().__init__()
        content = QWidget()
        self.number = QLabel("1")
        QVBoxLayout(content).addWidget(self.number)
        self.inner = Still(content) if still else content
        QVBoxLayout(self).addWidget(self.inner)


def shown(qtbot: QtBot, still: bool) -> tuple[Room, Heard]:
    room = Room(still)
    qtbot.addWidget(room)
    room.show()
    qtbot.waitExposed(room)
    qtbot.wait(1)
    return room, Heard(room, QEvent.Type.LayoutRequest)


@pytest.mark.parametrize(("still", "times"), [(False, 1), (True, 0)])
def test_a_label_that_shows_another_number_lays_out_no_more_than_its_room(
    qtbot: QtBot, still: bool, times: int
) -> None:
    room, asked = shown(qtbot, still)
    room.number.setText("23")
    qtbot.wait(20)
    assert asked.times == times


def test_what_grows_higher_gets_the_room(qtbot: QtBot) -> None:
    room, _ = shown(qtbot, True)
    room.resize(room.minimumSizeHint())
    before = room.height()
    room.number.setText("1\n2\n3\n4")
    qtbot.waitUntil(lambda: room.height() > before)
    assert room.number.height() >= room.number.minimumSizeHint().height()


def test_the_widget_has_all_its_room(qtbot: QtBot) -> None:
    room, _ = shown(qtbot, True)
    room.resize(400, 300)
    assert room.inner.findChildren(QWidget)[0].size() == room.inner.size()
