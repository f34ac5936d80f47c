"""One thing that is wrong, as a card: a title, a sentence, and buttons that mend it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from workbench.parts import dressed, label, spoken
from workbench.widgets.flow import FlowLayout


class FindingCard(QFrame):
    """The card keeps its buttons while its sentence changes, so that they can be pressed."""

    #: The place of the button that was pressed.
    pressed = Signal(int)

    def __init__(
        self, title: str, buttons: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("problem", True)
        dressed(self, "message")
        self.title = label(title, "title", wraps=True)
        self._sentence = label(wraps=True)
        self.buttons = tuple(self._button(place, text) for place, text in enumerate(buttons))
        row = FlowLayout(spacing=6)
        for button in self.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self._sentence)
        if self.buttons:
            column.addLayout(row)

    @property
    def sentence(self) -> str:
        """What is said."""
        return str(self._sentence.text())

    def say(self, sentence: str) -> None:
        """Say it with other numbers."""
        if sentence != self.sentence:
            self._sentence.setText(sentence)
            spoken(self, f"{self.title.text()}: {sentence}")

    def _button(self, place: int, text: str) -> QPushButton:
        button = dressed(QPushButton(text, self), "mend" if place else "mend first")
        button.clicked.connect(lambda: self.pressed.emit(place))
        return button
