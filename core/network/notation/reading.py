"""From words to a network, with the place of each layer in the text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn

from core.errors import UserError
from core.network import wiring
from core.network.layer_table import cost, layer_table
from core.network.notation.cursor import Cursor, refuse
from core.network.notation.settings import LONGEST_NUMBER, read_settings
from core.network.notation.words import (
    CLOSE,
    FROM,
    LIST,
    OPEN,
    STEP,
    Names,
    NotationError,
    Word,
    option_words,
    vocabulary,
)
from core.network.spec import INPUT, LayerKind, Misfit, ModelSpec, Node, Shape
from core.registry import nearest


@dataclass(frozen=True)
class Parsed:
    """A network, and the characters (start, end) of each of its layers in the text."""

    spec: ModelSpec
    spans: Mapping[str, tuple[int, int]]

    def at(self, position: int) -> str:
        """The innermost layer whose words are at a place in the text; "" if there is none."""
        around = [
            (end - start, name)
            for name, (start, end) in self.spans.items()
            if start <= position <= end
        ]
        return min(around)[1] if around else ""


def read(text: str, *, name: str = "", input: Shape | None = None) -> ModelSpec:
    """The network that a text describes; `input` is that of a text that does not state its own.

    Raises NotationError, which names the place and what would fit, if it cannot be read.  Whether
    the layers fit each other is another matter: see `layer_table`.
    """
    return parse(text, name=name, input=input).spec


def parse(text: str, *, name: str = "", input: Shape | None = None) -> Parsed:
    """The network that a text describes, and where in it each layer stands; see `read`."""
    reader = _Reader(text)
    shape = reader.input() or input
    reader.chain(INPUT, frozenset())
    reader.check_reads()
    if shape is None:  # last: a word that is wrong is told first
        raise NotationError(
            "The shape of the network's input is missing; begin with input 1x28x28 |.", 0, 0
        )
    bare = ModelSpec(name, shape, tuple(reader.nodes))
    spec = wiring.shortened(bare, wiring.spelt_out(bare))
    parsed = Parsed(spec, reader.spans)
    for number in reader.too_large:
        _refuse_number(parsed, number)
    return parsed


def is_notation(text: str) -> bool:
    """Whether a text describes a network, rather than naming one or a file."""
    if STEP in text or text.lstrip().startswith(OPEN):
        return True
    first, *others = text.split() or [""]
    return bool(others) and (first == INPUT or first in vocabulary().kinds)


class _Reader:
    """Goes through the words once, from left to right."""

    def __init__(self, text: str) -> None:
        self.nodes: list[Node] = []
        self.spans: dict[str, tuple[int, int]] = {}
        self._known = vocabulary()
        self._cursor = Cursor(text, self._known)
        self._names = Names()
        self._depth = 0
        self._reads: list[Word] = []

    @property
    def too_large(self) -> list[NotationError]:
        """What to say of the numbers that are beyond what their settings take."""
        return self._cursor.too_large

    def input(self) -> Shape | None:
        """The shape in "input 1x28x28", if the text begins so."""
        if not self._cursor.next_is(INPUT):
            return None
        word = self._cursor.take_value(self._cursor.take(), "1x28x28")
        sides = word.text.split("x")
        if len(sides) not in (2, 3, 4) or not all(map(_is_side, sides)):
            refuse(
                word,
                "An input is channels x height x width, channels x time or channels x time x "
                f"height x width, such as 1x28x28, not {word.text!r}.",
            )
        after = self._cursor.peek()
        if after is not None and after.text != STEP:
            refuse(after, f"{after.text!r} follows the input; put | between them.")
        if after is not None:
            self._step(())
        return tuple(map(int, sides))

    def chain(self, source: str, ends: Collection[str]) -> str:
        """Read layers, each from the one before it, up to one of `ends`; gives the last's name."""
        begin = source
        while (word := self._cursor.peek()) is not None and word.text not in ends:
            if word.text == STEP:
                if source == begin:
                    refuse(word, "A layer is missing before |.")
                self._step(ends)
            elif word.text == OPEN:
                source = self._join(source)
            elif word.text in self._known.signs:
                self._refuse_sign(word)
            else:
                source = self._layer(source)
        return source

    def check_reads(self) -> None:
        """Raises NotationError at a word after "from" that names no layer."""
        for word in self._reads:
            if word.text not in self._names:
                known = [INPUT, *self.spans]
                refuse(word, f"There is no layer {word.text!r}{nearest(word.text, known)}")

    def _step(self, ends: Collection[str]) -> None:
        """A bar, which stands before a layer."""
        bar, after = self._cursor.take(), self._cursor.peek()
        if after is None or after.text in {STEP, *ends}:
            refuse(bar, "A layer is missing after |.")

    def _layer(self, source: str) -> str:
        """One layer with its settings and what it reads; gives its name."""
        label = self._label()
        if self._cursor.next_is(OPEN):
            return self._join(source, label)
        word = self._cursor.take()
        if word.text not in self._known.kinds:
            self._refuse_word(word)
        kind = self._known.kinds[word.text]
        op = kind(**read_settings(self._cursor, kind, word))
        return self._add(op, self._sources() or (source,), label, word)

    def _label(self) -> Word | None:
        """The name that is given to the layer that follows."""
        if not self._cursor.is_label():
            return None
        label, colon = self._cursor.take(), self._cursor.take()
        if not self._known.is_word(label.text):
            refuse(label, f"{label.text} names no layer; a name is one word without quotes.")
        after = self._cursor.peek()
        if after is None or (after.text in self._known.signs and after.text != OPEN):
            refuse(colon, f"A layer is missing after {label.text}:.")
        return label

    def _join(self, source: str, label: Word | None = None) -> str:
        """Branches in brackets, and the layer that joins them; gives its name."""
        opening, sign = self._cursor.take(), ""
        ends = {CLOSE, *self._known.joins}
        self._depth += 1
        branches = [self.chain(source, ends)]
        while not self._cursor.next_is(CLOSE):
            if self._cursor.peek() is None:
                refuse(opening, "The bracket [ is not closed; put ] after its last branch.")
            word = self._cursor.take()
            if sign and word.text != sign:
                refuse(word, f"A bracket joined by {sign} cannot have {word.text}; nest another.")
            sign = word.text
            branches.append(self.chain(source, ends))
        self._depth -= 1
        closing = self._cursor.take()
        if not sign:
            signs = " or ".join(self._known.joins)
            refuse(closing, f"A bracket holds two branches or more; put {signs} between them.")
        return self._add(self._known.joins[sign](), tuple(branches), label, opening)

    def _sources(self) -> tuple[str, ...]:
        """The layers after "from"; in brackets only one, as a comma there parts branches."""
        if not self._cursor.next_is(FROM):
            return ()
        before = self.nodes[-1].name if self.nodes else INPUT
        found = [self._cursor.take_value(self._cursor.take(), before)]
        while not self._depth and self._cursor.next_is(LIST):
            found.append(self._cursor.take_value(self._cursor.take(), before))
        self._reads += found
        return tuple(name.text for name in found)

    def _add(self, op: LayerKind, reads: tuple[str, ...], label: Word | None, first: Word) -> str:
        """Add a layer whose words are those from its label, or `first`, to the last one passed."""
        name = label.text if label is not None else self._names.automatic(type(op))
        if label is not None and name in self._names:
            refuse(label, f"The name {name!r} is taken; choose another.")
        self._names.add(name)
        self.nodes.append(Node(name, op, reads))
        last = self._cursor.passed() or first
        self.spans[name] = ((label or first).start, last.end)
        return name

    def _refuse_word(self, word: Word) -> NoReturn:
        """Raises NotationError at a word that is no layer, nor a setting of the layer before."""
        words, what = set(self._known.kinds), "no layer"
        before = self._cursor.passed(2)
        if self.nodes and before is not None and before.text not in self._known.signs:
            kind = type(self.nodes[-1].op)
            rows = option_words(kind)
            for key in (key for key, row in rows.items() if word.text in row.choices):
                refuse(word, f"{word.text!r} is a value of {key}; write {key} {word.text}.")
            words |= set(rows)
            what = f"neither a layer nor a setting of {kind.word}"
        refuse(word, f"{word.text!r} is {what}{nearest(word.text, words)}")

    def _refuse_sign(self, word: Word) -> NoReturn:
        """Raises NotationError at a sign where a layer should stand."""
        if word.text == CLOSE:
            refuse(word, "The bracket ] was not opened; put [ before its first branch.")
        if word.text in self._known.joins:
            refuse(word, f"{word.text} joins branches in brackets: [a {word.text} b].")
        refuse(word, f"{word.text!r} cannot stand here; write a layer, such as conv 6@5x5.")


def _refuse_number(parsed: Parsed, number: NotationError) -> NoReturn:
    """Raises NotationError at a number that is too large, with the memory that it would need.

    Where that is not the reason, or not known, it says what the setting takes.
    """
    name = parsed.at(number.start)
    row = next(row for row in layer_table(parsed.spec) if row.name == name)
    try:
        if row.given:
            cost(parsed.spec.node(name).op, *row.given)
    except Misfit:
        pass
    except UserError as error:
        raise NotationError(str(error), number.start, number.end) from error
    raise number


def _is_side(text: str) -> bool:
    decimal = text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER
    return decimal and int(text) > 0
