"""Widgets on screen, and what they look like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.results import Bytes
from workbench import theme
from workbench.widgets.pixels import array_of

Show = Callable[..., None]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Put a widget on screen in the dark theme, 400 x 300 px if nothing else is asked for."""
    theme.apply("dark")

    def shown(widget: QWidget, width: int = 400, height: int = 300) -> None:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()

    return shown


class Heard(QObject):
    """Counts the events of one kind that a widget gets."""

    def __init__(self, widget: QWidget, kind: QEvent.Type) -> None:
        super().__init__(widget)
        self.times, self._kind = 0, kind
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Count it, and let it pass."""
        self.times += event.type() == self._kind
        return False


def picture_of(widget: QWidget) -> Bytes:
    """What a widget draws [H, W, 3], on the surface of the theme."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.theme().surface))
    widget.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    return array_of(image)


def colour_at(widget: QWidget, x: float, y: float) -> tuple[int, int, int]:
    """The colour of one px of a widget."""
    red, green, blue = picture_of(widget)[int(y), int(x)].tolist()
    return red, green, blue


def colour(part: str) -> tuple[int, int, int]:
    """The colour of a part of the theme in force."""
    found = theme.theme().colour(part)
    return found.red(), found.green(), found.blue()


def has_colour(widget: QWidget, part: str) -> bool:
    """Whether a widget draws anything in the colour of a part of the theme."""
    return bool((picture_of(widget) == np.array(colour(part))).all(2).any())


def press(qtbot: QtBot, widget: QWidget, x: float, y: float) -> None:
    """Press and release the left button."""
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))


def point(qtbot: QtBot, widget: QWidget, x: float, y: float) -> None:
    """Move the pointer."""
    qtbot.mouseMove(widget, QPoint(int(x), int(y)))
