"""Keys that mean the same in all widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def arrow_step(event: QKeyEvent) -> tuple[int, int] | None:
    """Rows down and columns across for an arrow key, else None."""
    return _STEPS.get(Qt.Key(event.key()))


def with_shift(event: QKeyEvent) -> bool:
    """Whether Shift is held down."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
