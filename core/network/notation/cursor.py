"""A place among the words of a text, which moves from left to right."""

from __future__ import annotations

from typing import NoReturn

from core.network.notation.words import BY, NAMED, NotationError, Vocabulary, Word


class Cursor:
    """Stands before the next word of a text."""

    def __init__(self, text: str, known: Vocabulary) -> None:
        self.known = known
        #: The numbers that were passed and are beyond what their settings take.
        self.too_large: list[NotationError] = []
        self._words = known.split(text)
        self._position = 0

    def peek(self) -> Word | None:
        """The next word; None at the end."""
        return self._words[self._position] if self._position < len(self._words) else None

    def take(self) -> Word:
        """The next word, which is passed."""
        self._position += 1
        return self._words[self._position - 1]

    def passed(self, back: int = 1) -> Word | None:
        """The word that was passed last, or one further back; None before the first."""
        return self._words[self._position - back] if self._position >= back else None

    def next_is(self, text: str) -> bool:
        """Whether the next word is `text`, and not the name of a layer."""
        word = self.peek()
        return word is not None and word.text == text and not self.is_label()

    def is_label(self) -> bool:
        """Whether the next word names a layer, with its colon after it."""
        word, after = self.peek(), self._position + 1
        return (
            word is not None
            and word.text not in self.known.signs
            and after < len(self._words)
            and self._words[after].text == NAMED
        )

    def take_value(self, key: Word, example: str) -> Word:
        """The word after `key`, which has to be a value such as `example`."""
        word = self.peek()
        if word is None or word.text in self.known.signs or self.is_label():
            space = "" if key.text == BY else " "
            refuse(key, f"A value is missing after {key.text}; write {key.text}{space}{example}.")
        return self.take()


def refuse(word: Word, message: str) -> NoReturn:
    """Raises NotationError at a word."""
    raise NotationError(message, word.start, word.end)
