"""The settings of a layer, from the words after its kind's."""

from __future__ import annotations

import json
from typing import Any

from core.errors import UserError
from core.network.notation.cursor import Cursor, refuse
from core.network.notation.words import (
    BY,
    CONTINUING,
    NotationError,
    Word,
    leading_options,
    leading_text,
    option_words,
    value_text,
)
from core.network.spec import LayerKind
from core.options import Option

#: Longer numbers are mistakes, and some are too long for Python to read.
LONGEST_NUMBER = 24


def read_settings(cursor: Cursor, kind: type[LayerKind], word: Word) -> dict[str, Any]:
    """The options that are stated: the leading ones, then others by their words.

    `word` is the kind's own.  Raises NotationError for a value that is missing or does not fit;
    whole numbers that are too large are noted by the cursor.
    """
    values = _leading(cursor, kind, word)
    rows = option_words(kind)
    while (key := cursor.peek()) is not None and key.text in rows and not cursor.is_label():
        row = rows[cursor.take().text]
        if row.name in values:
            refuse(key, f"{key.text} is stated twice for {kind.word}; leave one out.")
        values[row.name] = _value(cursor, kind, row, key)
    return values


def _leading(cursor: Cursor, kind: type[LayerKind], word: Word) -> dict[str, Any]:
    rows = leading_options(kind)
    if not rows or not _begins_value(cursor, rows[0]):
        if rows and kind.group not in CONTINUING:
            refuse(word, _lacks(kind, rows[0], {}))
        return {}
    values = {rows[0].name: _value(cursor, kind, rows[0], word)}
    for row in rows[1:]:
        last = cursor.passed() or word
        if not cursor.next_is(BY):
            refuse(last, _lacks(kind, row, values))
        values[row.name] = _value(cursor, kind, row, cursor.take())
    return values


def _begins_value(cursor: Cursor, row: Option) -> bool:
    """Whether the next word is the value of a leading option, and not the next layer."""
    word = cursor.peek()
    if word is None or word.text in cursor.known.signs or cursor.is_label():
        return False
    if row.kind is str:
        return word.text.startswith('"') or word.text in row.choices
    return word.text.lstrip("-.")[:1].isdigit()


def _value(cursor: Cursor, kind: type[LayerKind], row: Option, key: Word) -> Any:
    """The next word as a value of an option."""
    word = cursor.take_value(key, value_text(row, row.default))
    text = word.text
    if text.startswith('"'):
        text = _unquoted(word)
    elif row.kind is int and "x" in text:
        text = _one_side(word, kind.dims)
    if row.kind in (int, float) and len(text) > LONGEST_NUMBER:
        refuse(word, f"{row.label} ({row.name}) cannot be {text[:8]}…, which is too long.")
    try:
        return row.checked(text)
    except UserError as error:
        wrong = NotationError(str(error), word.start, word.end)
        if row.kind is int and row.high is not None and text.isdecimal() and int(text) > row.high:
            # what memory that would need is known once all layers are
            cursor.too_large.append(wrong)
            return int(text)
        raise wrong from error


def _unquoted(word: Word) -> str:
    """What a word in quotes says."""
    try:
        text: str = json.loads(word.text)
    except ValueError:
        refuse(word, 'This text has no end, or a \\ before no character; end it with ".')
    return text


def _one_side(word: Word, dims: int) -> str:
    """The side of a window that is written with all of them: "5" for "5x5"."""
    sides = word.text.split("x")
    if len(sides) != dims or len(set(sides)) > 1:
        alike = "x".join(sides[:1] * dims)
        refuse(word, f"A window here is equally long along {dims} axes: write {alike}.")
    return sides[0]


def _lacks(kind: type[LayerKind], row: Option, values: dict[str, Any]) -> str:
    """What to say where a leading option has no value: "conv lacks its kernel; …"."""
    example = f"{kind.word} {leading_text(kind(**values))}"
    return f"{kind.word} lacks its {row.name.replace('_', ' ')}; write {example}."
