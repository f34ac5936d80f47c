"""Captions with texts, line by line, which scroll and can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from workbench.parts import spoken
from workbench.theme import SMALL, look, theme

#: Width of the captions, and the room below each line, in px.
CAPTION, LINE = 112, 3


class Facts(QTextBrowser):
    """Texts beside their captions; the place that is scrolled to stays while texts change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        spoken(self, "Details")
        self._facts: tuple[tuple[str, str], ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        look().changed.connect(self._write)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is told."""
        return self._facts

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Tell other facts, or the same with other texts."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self._write()

    def to_the_top(self) -> None:
        """Show the first of them."""
        self.verticalScrollBar().setValue(0)

    def _write(self) -> None:
        place = self.verticalScrollBar().value()
        colours = theme()
        rows = (
            f'<tr><td width="{CAPTION}" style="color: {colours.secondary}">{escape(caption)}</td>'
            f'<td style="color: {colours.text}">{escape(text)}</td></tr>'
            for caption, text in self._facts
        )
        self.setHtml(
            f'<table cellspacing="0" cellpadding="{LINE}" style="font-size: {SMALL}px">'
            f"{''.join(rows)}</table>"
        )
        self.verticalScrollBar().setValue(place)
