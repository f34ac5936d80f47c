"""A popup in which a few letters find something: a field above a list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.parts import spoken

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SearchPopup(QDialog):
    """Arrows and Enter in the field act on the list; headings, which are disabled, are passed over.

    A subclass lists the answers in `search` and acts in `choose`.
    """

    def __init__(self, parent: QWidget, hint: str, answers: QListWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = spoken(QLineEdit(), hint)
        self.field.setPlaceholderText(hint)
        self.answers = answers
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 12, 12, 12)
        self.column.setSpacing(8)
        self.column.addWidget(self.field)
        self.column.addWidget(self.answers)
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        self.answers.itemClicked.connect(self.choose)
        self.field.setFocus()

    def search(self, text: str) -> None:
        """List what fits."""
        raise NotImplementedError

    def choose(self, item: QListWidgetItem) -> None:
        """Do what an answer stands for."""
        raise NotImplementedError

    def begin(self, text: str = "") -> None:
        """Search for a text, which stands in the field."""
        self.field.setText(text)
        self._on_text(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter in the field act on the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _STEPS:
                self._walk(_STEPS[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.answers.currentItem() is not None:
                    self.choose(self.answers.currentItem())
                return True
        return bool(super().eventFilter(watched, event))

    def _on_text(self, text: str) -> None:
        self.answers.clear()
        self.search(text)
        self.answers.setCurrentRow(-1)
        self._walk(1)

    def _walk(self, step: int) -> None:
        row = self.answers.currentRow() + step
        while 0 <= row < self.answers.count():
            if self.answers.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.answers.setCurrentRow(row)
                return
            row += step
