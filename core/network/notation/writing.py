"""From a network to words: brackets where branches part and meet again, else "from"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from core.errors import UserError
from core.network.notation.words import (
    CLOSE,
    CONTINUING,
    FROM,
    LIST,
    NAMED,
    OPEN,
    STEP,
    Names,
    Vocabulary,
    leading_options,
    leading_text,
    option_words,
    value_text,
    vocabulary,
)
from core.network.spec import INPUT, LayerKind, ModelSpec, Node


def write(spec: ModelSpec) -> str:
    """The network in words, as `read` reads them: the same but for its name.

    A layer that says that it reads the one before it then no longer says so.  Raises UserError for
    a layer whose name is not one word.
    """
    known, names = vocabulary(), Names()
    writer = _Writer(known)
    for index, node in enumerate(spec.nodes):
        _check_name(node, known)
        named = names.automatic(type(node.op)) != node.name
        names.add(node.name)
        writer.add(node, spec.reads(index), f"{node.name}{NAMED} " if named else "")
    begin = f"{INPUT} {'x'.join(map(str, spec.input))}"
    return f" {STEP} ".join([begin, *(step for run in writer.runs for step in run.steps())])


@dataclass(frozen=True)
class _Item:
    """A layer in words, after its branches if it joins some that begin where one layer ends."""

    node: Node
    label: str
    branches: tuple[tuple[_Item, ...], ...] = ()

    def text(self) -> str:
        """The layer, or the brackets that stand for it."""
        if not self.branches:
            return self.label + _text(self.node.op)
        sign = type(self.node.op).joiner
        between = f"{LIST} " if sign == LIST else f" {sign} "
        return f"{self.label}{OPEN}{between.join(map(_chain, self.branches))}{CLOSE}"

    def steps_from(self, fork: str) -> list[str]:
        """The layer where it does not read the one before, with its branches before it.

        Brackets cannot say what they read, so here all layers that have to do so themselves.
        """
        steps: list[str] = []
        for branch in filter(None, self.branches):
            steps += _Run(fork, list(branch), stated=True).steps()
        sources = f"{LIST} ".join(self.node.reads)
        return [*steps, f"{self.label}{_text(self.node.op)} {FROM} {sources}"]

    def may_follow(self, before: _Item) -> bool:
        """Whether it can stand in the step of the one before, and be told from its settings."""
        kind = type(self.node.op)
        told = self.label or kind.word not in option_words(type(before.node.op))
        return kind.group in CONTINUING and bool(told)


@dataclass
class _Run:
    """Layers each of which reads the one before; the first reads `source`, and says so if stated.

    A first layer that reads several has no source.
    """

    source: str
    items: list[_Item] = field(default_factory=list)
    stated: bool = False

    @property
    def end(self) -> str:
        return self.items[-1].node.name if self.items else self.source

    def steps(self) -> list[str]:
        """The run as it stands outside of brackets."""
        if not self.stated:
            return [_chain(self.items)] if self.items else []
        first, *others = self.items
        *steps, last = first.steps_from(self.source)
        return [*steps, last + _continued(first, others)]


class _Writer:
    """Takes layers in order; keeps the runs that no bracket has closed yet, the last on top."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self.runs = [_Run(INPUT)]

    def add(self, node: Node, reads: tuple[str, ...], label: str) -> None:
        """Add a layer, in brackets with its branches where these are the last that were added."""
        item = _Item(replace(node, reads=reads), label)
        if reads == (self.runs[-1].end,):
            self.runs[-1].items.append(item)
        elif (branches := self._joined(node.op, reads)) is not None:
            self.runs[-1].items.append(replace(item, branches=branches))
        else:
            source = reads[0] if len(reads) == 1 else ""
            self.runs.append(_Run(source, [item], stated=True))

    def _joined(
        self, op: LayerKind, reads: tuple[str, ...]
    ) -> tuple[tuple[_Item, ...], ...] | None:
        """The branches that end in a layer, taken from the runs; None if no brackets can say it.

        They have to begin where one layer ends, and to stand in the order in which they are read.
        """
        kind = type(op)
        plain = op == kind() and self.known.joins.get(kind.joiner) is kind
        if not plain or len(reads) < 2:
            return None
        for fork in dict.fromkeys((self.runs[-1].source, *reads)):
            branches = self._branches(fork, reads)
            if branches is not None:
                return branches
        return None

    def _branches(self, fork: str, reads: tuple[str, ...]) -> tuple[tuple[_Item, ...], ...] | None:
        """The branches from `fork` to each of `reads`; the runs stay as they were if there is none.

        From the last to the first: an empty one, a whole run, or what follows the fork in its run.
        """
        runs = list(self.runs)
        found: list[tuple[_Item, ...]] = []
        for read in reversed(reads):
            top = runs[-1]
            if read == fork:
                found.insert(0, ())
            elif top.end == read and top.source == fork and top.stated:
                found.insert(0, tuple(runs.pop().items))
            elif top.end == read and (place := _place(top, fork)) is not None:
                runs[-1] = _Run(top.source, top.items[:place], top.stated)
                found.insert(0, tuple(top.items[place:]))
            else:
                return None
        if runs[-1].end != fork:
            if len(runs) == len(self.runs):
                return None
            runs.append(_Run(fork, stated=True))  # the first branch already said what it reads
        self.runs = runs
        return tuple(found)


def _place(run: _Run, fork: str) -> int | None:
    """The index of the layer after `fork` in a run."""
    names = [item.node.name for item in run.items]
    if fork in names:
        return names.index(fork) + 1
    return 0 if fork == run.source and not run.stated else None


def _chain(items: Sequence[_Item]) -> str:
    """Layers one after the other, with a bar before each that begins a step."""
    return items[0].text() + _continued(items[0], items[1:]) if items else ""


def _continued(first: _Item, others: Sequence[_Item]) -> str:
    """What follows the first of some layers."""
    parts = []
    for before, item in pairwise((first, *others)):
        parts += [" " if item.may_follow(before) else f" {STEP} ", item.text()]
    return "".join(parts)


def _text(op: LayerKind) -> str:
    """A layer's word and settings."""
    kind = type(op)
    leading = leading_options(kind)
    states = any(row.default or getattr(op, row.name) != row.default for row in leading)
    parts = [kind.word]
    if states or kind.group not in CONTINUING:
        parts += [leading_text(op)] if leading else []
    for word, row in option_words(kind).items():
        value = getattr(op, row.name)
        if row not in leading and value != row.default:
            parts += [word, value_text(row, value)]
    return " ".join(parts)


def _check_name(node: Node, known: Vocabulary) -> None:
    for name in (node.name, *node.reads):
        if not known.is_word(name):
            raise UserError(
                f"The layer {name!r} cannot be written in words; give it a name of letters, "
                "figures and underscores."
            )
