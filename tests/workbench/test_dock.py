from __future__ import annotations

from pytestqt.qtbot import QtBot

from workbench.dock import DockTitle


def test_the_readout_has_the_room_that_the_subtitle_does_not_need(qtbot: QtBot) -> None:
    title = DockTitle("Filters")
    qtbot.addWidget(title)
    title.resize(600, 40)
    title.show()
    title.subtitle.set_text("conv1")
    title.readout.set_text("unit 15 · (2, 1) · 0.588, 0.613, 0.532 · norm 1.23 · mean 0.1")
    qtbot.wait(1)
    assert title.subtitle.text() == title.subtitle.whole
    assert title.readout.text() == title.readout.whole
