"""The words of which a network is written, and what each stands for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from core.errors import UserError
from core.network.spec import INPUT, LAYERS, LayerKind
from core.options import Option, options_of

#: Signs with a meaning of their own, beside those that join branches.
STEP, OPEN, CLOSE, NAMED, BY, LIST = "|", "[", "]", ":", "@", ","

#: Begins the list of layers that a layer reads.
FROM = "from"

#: Layers of these groups stand in the step of the layer before, and need no number.
CONTINUING = ("Activation", "Normalisation")


class NotationError(UserError):
    """A network in words that cannot be read; `start` and `end` are the place in the text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


@dataclass(frozen=True)
class Word:
    """A word, a number, a text in quotes or a sign, with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Vocabulary:
    """The layer kinds by their words, and those that end branches by the sign between these."""

    kinds: dict[str, type[LayerKind]]
    joins: dict[str, type[LayerKind]]

    @property
    def signs(self) -> frozenset[str]:
        """All that is no word."""
        return frozenset((STEP, OPEN, CLOSE, NAMED, BY, LIST, *self.joins))

    def split(self, text: str) -> list[Word]:
        """The words and signs of a text."""
        signs = re.escape("".join(sorted(self.signs)))
        pattern = rf'"(?:\\.|[^"\\])*"|[{signs}]|[^\s"{signs}]+|"'
        return [Word(m[0], m.start(), m.end()) for m in re.finditer(pattern, text)]

    def is_word(self, text: str) -> bool:
        """Whether it can name a layer: one word, without signs or quotes."""
        is_one = [word.text for word in self.split(text)] == [text]
        return is_one and text not in self.signs and '"' not in text


def vocabulary() -> Vocabulary:
    """The words of all layer kinds that there are now."""
    kinds = LAYERS.values()
    return Vocabulary(
        {kind.word: kind for kind in kinds}, {kind.joiner: kind for kind in kinds if kind.joiner}
    )


def option_words(kind: type[LayerKind]) -> dict[str, Option]:
    """A kind's options by the words that stand for them."""
    return {row.word or row.name: row for row in options_of(kind)}


def leading_options(kind: type[LayerKind]) -> list[Option]:
    """The options whose values follow a kind's word."""
    rows = {row.name: row for row in options_of(kind)}
    return [rows[name] for name in kind.leading]


def value_text(row: Option, value: Any) -> str:
    """An option's value as it is written: a number, yes or no, a choice, or a text in quotes."""
    if row.kind is bool:
        return "yes" if value else "no"
    if row.kind is not str:
        return repr(value).replace("e+", "e")  # a plus would join branches
    bare = value in row.choices and value.isidentifier()
    return value if bare else json.dumps(value, ensure_ascii=False)


def leading_text(op: LayerKind) -> str:
    """The values after a layer's word: "120", "6@5x5"; "" for a kind that has none."""
    rows = leading_options(type(op))
    texts = [value_text(row, getattr(op, row.name)) for row in rows]
    if len(texts) > 1:
        texts[1] = "x".join([texts[1]] * op.dims)
    return BY.join(texts)


class Names:
    """The names given so far, and those that layers get which are given none."""

    def __init__(self) -> None:
        self._taken = {INPUT}
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def add(self, name: str) -> None:
        """Take a name."""
        self._taken.add(name)

    def automatic(self, kind: type[LayerKind]) -> str:
        """The name of a new layer of a kind, as `ModelSpec.name_for` gives it."""
        if not kind.numbered and kind.stem not in self._taken:
            return kind.stem
        number = self._next.get(kind.stem, 1)
        while f"{kind.stem}{number}" in self._taken:
            number += 1
        self._next[kind.stem] = number
        return f"{kind.stem}{number}"
