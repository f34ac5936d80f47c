"""What a dock shows before it has anything to show: what to do, and a button that does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.theme import GRID

#: Lines of a sentence are easiest to read up to this width, in px.
WIDEST = 360


class EmptyState(QWidget):
    """A sentence in the middle, above a button if there is something to press."""

    def __init__(
        self,
        text: str,
        button: str = "",
        pressed: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sentence = QLabel(text, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMaximumWidth(WIDEST)
        self._sentence.setProperty("part", "secondary")
        self._button = QPushButton(button)
        self._button.clicked.connect(self._on_pressed)
        self._pressed = pressed
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._sentence, 100)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._button.setVisible(bool(button))
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The sentence."""
        return str(self._sentence.text())

    def set_text(
        self, text: str, button: str = "", pressed: Callable[[], object] | None = None
    ) -> None:
        """Say something else."""
        self._sentence.setText(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._pressed = pressed
        self.setAccessibleName(text)

    def _on_pressed(self) -> None:
        if self._pressed is not None:
            self._pressed()
