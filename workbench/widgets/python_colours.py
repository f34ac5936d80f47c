"""Python source in colours."""

from __future__ import annotations

import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from workbench import theme

#: The theme's part by the pattern of the words that it colours.
_COLOURS = {
    r"#.*": "secondary",
    r'"""(?:.*?""")?|"[^"]*"': "good",
    r"\b(?:class|def|return|from|import|for|in|if|else|with|as|self|super|None|True|False)\b": (
        "data"
    ),
}
_PATTERN = re.compile("|".join(f"({pattern})" for pattern in _COLOURS))
_PARTS = tuple(_COLOURS.values())


class PythonColours(QSyntaxHighlighter):
    """Colours the words, texts and comments of a document, line by line."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme.look().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for found in _PATTERN.finditer(text):
            look = QTextCharFormat()
            look.setForeground(theme.theme().colour(_PARTS[(found.lastindex or 1) - 1]))
            self.setFormat(found.start(), found.end() - found.start(), look)
