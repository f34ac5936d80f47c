"""Icons: line drawings in the colour that the theme gives them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from core.paths import resource
from workbench import theme

#: Side of an icon, in px; drawn at three times that, for screens of high density.
SIDE, DENSITY = 16, 3


def icon(name: str, part: str = "secondary") -> QIcon:
    """The icon `name` in the colour of a part of the theme in force."""
    made = QIcon(_drawn(name, theme.theme().colour(part).name()))
    made.addPixmap(_drawn(name, theme.theme().disabled), QIcon.Mode.Disabled)
    made.addPixmap(_drawn(name, theme.theme().accent), QIcon.Mode.Normal, QIcon.State.On)
    return made


class IconButton(QToolButton):
    """A button that shows an icon, and says in its tooltip what it does."""

    def __init__(
        self, name: str, tip: str, parent: QWidget | None = None, *, part: str = "secondary"
    ) -> None:
        super().__init__(parent)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self._name, self._part = name, part
        self.setIconSize(QSize(SIDE, SIDE))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()
        theme.look().changed.connect(self._draw)

    def set_icon(self, name: str, tip: str) -> None:
        """Show another icon, for another meaning."""
        if (name, tip) == (self._name, self.toolTip()):
            return
        self._name = name
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(self._name, self._part))


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str) -> QPixmap:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    drawing = drawing.replace("currentColor", QColor(colour).name())
    side = SIDE * DENSITY
    drawing = drawing.replace('width="16" height="16"', f'width="{side}" height="{side}"', 1)
    picture = QPixmap()
    picture.loadFromData(drawing.encode(), "SVG")
    picture.setDevicePixelRatio(DENSITY)
    return picture
