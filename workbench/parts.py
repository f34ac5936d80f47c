"""Small parts of the window, dressed as the style sheet knows them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QScrollArea, QWidget

W = TypeVar("W", bound=QWidget)
L = TypeVar("L", bound=QLayout)


def named(widget: W, name: str) -> W:
    """The widget under an object name, which the style sheet and saved states go by."""
    widget.setObjectName(name)
    return widget


def dressed(widget: W, part: str) -> W:
    """The widget in a role that the style sheet knows, such as "caption", "main" or "card"."""
    widget.setProperty("part", part)
    widget.style().polish(widget)
    return widget


def spoken(widget: W, name: str) -> W:
    """The widget with a name for those who hear the screen."""
    widget.setAccessibleName(name)
    return widget


def label(text: str = "", part: str = "text", *, wraps: bool = False) -> QLabel:
    """Text in a role, such as "title", "secondary", "caption" or "danger"."""
    made = dressed(QLabel(text), part)
    made.setWordWrap(wraps)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """A place in which the content scrolls up and down where it is higher."""
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(named(content, "scrolled"))
    return area


def tight(layout: L, spacing: int = 8) -> L:
    """The layout without margins."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout
