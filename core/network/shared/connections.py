"""Which maps read which, written by hand: "0-2; 1-3; 0 4 5"."""

from __future__ import annotations

import re

from core.errors import UserError

Connections = tuple[tuple[int, ...], ...]

_EXAMPLE = "0-2; 1-3; 0 4 5"

#: Larger numbers are mistakes, and some are too long for Python to read.
_MOST = 65535


def read_connections(text: str) -> Connections:
    """The maps that each filter reads, counted from 0 and in order; none for an empty text.

    A semicolon or a new line ends what one filter reads; blanks or commas part single maps (3) and
    ranges (0-7).  Raises UserError for what is neither, and for a map that is named twice.
    """
    rows = [re.findall(r"[^\s,]+", row) for row in re.split(r"[;\n]+", text)]
    return tuple(_row(words) for words in rows if words)


def _row(words: list[str]) -> tuple[int, ...]:
    maps = [number for word in words for number in _range(word)]
    if len(set(maps)) < len(maps):
        raise UserError(f"{' '.join(words)!r} names a map twice; leave one out.")
    return tuple(sorted(maps))


def _range(word: str) -> range:
    """The maps that a word names: one, or all from one to another."""
    ends = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", word)
    first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
    if not first <= last <= _MOST:
        raise UserError(f"{word!r} names no maps; write what each filter reads, as in {_EXAMPLE}.")
    return range(first, last + 1)
