from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from workbench import theme
from workbench.dock import Dock, DockTitle


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


def test_no_seam_shows_between_title_and_body_at_a_scale_of_one_and_a_half(qtbot: QtBot) -> None:
    theme.apply("light")
    window, dock = QMainWindow(), Dock("filters", "Filters")
    qtbot.addWidget(window)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(400, 300)
    with qtbot.waitExposed(window):
        window.show()

    image = QImage(dock.size() * 1.5, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(1.5)
    image.fill(QColor("magenta"))
    dock.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    assert dock.widget().y() % 2 == 1
    seam = round(1.5 * dock.widget().y())
    column = {image.pixelColor(150, seam + offset).name() for offset in range(-4, 5)}
    assert column == {QColor(theme.theme().surface).name()}
