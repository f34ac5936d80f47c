"""When something goes wrong that nobody foresaw: say so, keep the work, go on."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

log = logging.getLogger(__name__)


class CrashDialog(QDialog):
    """Tells of an unforeseen error, with the text that a report needs; the window goes on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setWindowTitle("Something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sentence = QLabel(
            "This should not have happened. Your work is still open; save it, and send the text "
            "below with a word on what you did.",
            wordWrap=True,
        )
        report = QPlainTextEdit(text, readOnly=True)
        copy = QPushButton("Copy the text")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
        close = QPushButton("Go on")
        close.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (sentence, report, copy, close):
            column.addWidget(widget)
        self.resize(640, 420)


_shown: CrashDialog | None = None


def install() -> None:
    """Show errors that nobody catches, one dialog at a time."""
    sys.excepthook = _on_error


def _on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    global _shown
    text = "".join(traceback.format_exception(kind, error, trace))
    log.error("%s", text)
    if issubclass(kind, KeyboardInterrupt):
        QApplication.exit(130)
        return
    if _shown is None and QApplication.instance() is not None:
        _shown = CrashDialog(text)
        _shown.destroyed.connect(_on_closed)
        _shown.show()


def _on_closed() -> None:
    global _shown
    _shown = None
