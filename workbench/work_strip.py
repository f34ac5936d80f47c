"""What is told of work: how far it is, how to stop it, and what it has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workbench.parts import dressed, label

if TYPE_CHECKING:
    from core.jobs import Progress

#: Work that is over within this time, in ms, shows no progress bar.
PATIENCE_MS = 150


class WorkStrip(QWidget):
    """Under a canvas: what is being done, how far it is, Stop, and what there is to say."""

    stopped = Signal()
    started = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = label(part="secondary", wraps=True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(textVisible=False)
        self.step = label(part="caption")
        self.stop = QPushButton("Stop")
        self.stop.clicked.connect(self.stopped)
        self.run = dressed(QPushButton("Run"), "main")
        self.run.clicked.connect(self.started)
        for widget in (self.message, self.bar, self.step, self.stop, self.run):
            widget.hide()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_busy)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.step)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        row.addWidget(self.run, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.message)
        column.addLayout(row)

    def say(self, sentence: str, problem: bool = False) -> None:
        """Show a sentence; an empty one takes the last away."""
        if self.message.text() == sentence:
            return
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        dressed(self.message, "danger" if problem else "secondary")

    def begin(self) -> None:
        """Work has begun."""
        self.say("")
        self.bar.setRange(0, 0)
        self._patience.start()

    def show_progress(self, news: Progress) -> None:
        """Show how far it is."""
        self.bar.setRange(0, news.total)
        self.bar.setValue(news.done)
        self.step.setText(news.label)
        self.step.setVisible(bool(news.label) and self.bar.isVisible())

    def end(self) -> None:
        """Work is over."""
        self._patience.stop()
        for widget in (self.bar, self.stop, self.step):
            widget.hide()

    def _show_busy(self) -> None:
        self.bar.show()
        self.stop.show()
