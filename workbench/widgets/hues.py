"""Colours of classes and curves, readable on the surface of the theme in force."""

from __future__ import annotations

from PySide6.QtGui import QColor

from workbench.theme import CLASS_COLOURS, theme

#: Successive hues this far apart (the golden angle, in degrees) stay different for long.
TURN = 137.508


def hue(index: int, count: int = len(CLASS_COLOURS)) -> QColor:
    """The colour of one of `count` classes; more than there are colours get a cycle of hues."""
    if count <= len(CLASS_COLOURS):
        colour = QColor(CLASS_COLOURS[index % len(CLASS_COLOURS)])
    else:
        colour = QColor.fromHslF((index * TURN / 360) % 1, 0.62, 0.64)
    # made for the dark surface: the light one needs them deeper
    return colour.darker(130) if theme().name == "light" else colour
