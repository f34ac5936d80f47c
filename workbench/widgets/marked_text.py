"""Plain text in a type of fixed width, parts of which are coloured or underlined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from workbench import theme

#: Of the text's size, for small print.
_SMALLER = 1


@dataclass(frozen=True)
class Mark:
    """Characters `start` to `end` in the colour of a part of the theme."""

    start: int
    end: int
    part: str
    underlined: bool = False
    filled: bool = False


class MarkedText(QPlainTextEdit):
    """A field of code: `show_marks` colours it without a trace in its undo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[Mark, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("part", "code")
        self._dress()
        theme.look().changed.connect(self._dress)

    def set_wrapped(self, wrapped: bool) -> None:
        """Whether long lines go on in the next, between words."""
        self.setWordWrapMode(
            QTextOption.WrapMode.WordWrap if wrapped else QTextOption.WrapMode.NoWrap
        )

    def show_text(self, text: str) -> None:
        """Put other text there; the place of the cursor and of the view stay."""
        if text == self.toPlainText():
            return
        place, down = self.textCursor().position(), self.verticalScrollBar().value()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(down)

    def show_marks(self, marks: Iterable[Mark]) -> None:
        """Colour these parts, and no others."""
        self._marks = tuple(marks)
        self._draw_marks()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The parts that are coloured."""
        return self._marks

    def _draw_marks(self) -> None:
        self.setExtraSelections([self._selection(mark) for mark in self._marks])

    def _selection(self, mark: Mark) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        length = self.document().characterCount() - 1
        cursor.setPosition(min(mark.start, length))
        cursor.setPosition(min(mark.end, length), QTextCursor.MoveMode.KeepAnchor)
        colour, look = theme.theme().colour(mark.part), QTextCharFormat()
        look.setForeground(colour)
        if mark.filled:
            look.setBackground(_faint(colour))
        if mark.underlined:
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            look.setUnderlineColor(colour)
        selection.cursor, selection.format = cursor, look
        return selection

    def _dress(self) -> None:
        self.setFont(fixed_font())
        self._draw_marks()


def fixed_font(size: int = theme.TEXT - _SMALLER) -> QFont:
    """The system's type of fixed width, at a size in px."""
    face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    face.setPixelSize(size)
    return face


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(36)
    return faint
