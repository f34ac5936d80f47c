"""Other reads with which a layer fits, and other names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from core.network.repair.case import Candidate, Case, fits, listed
from core.network.spec import INPUT, LAYERS, Node

#: How many layers are offered to be read instead.
_MOST = 3

#: Kinds that make one of several reads.
_JOINS = ("Add", "Concat")


def other_names(case: Case) -> Iterator[Candidate]:
    """The layer with a name of letters, figures and underscores that no other has."""
    taken = {*case.before, *(node.name for node in case.spec.nodes)}
    plain = re.sub(r"\W", "_", case.node.name)
    names = [plain] if plain and plain not in taken else []
    for name in (*names, case.spec.name_for(type(case.node.op))):
        yield _renamed(case, name)


def known_sources(case: Case) -> Iterator[Candidate]:
    """The layer after one that it reads but that comes later, or with reads that come before."""
    reads = case.node.reads
    for read in reads:
        yield from _moved_behind(case, read)
    known = [read for read in reads if read in case.before]
    if known and len(known) >= case.node.op.inputs[0]:
        yield case.edited(f"Read {listed(known)} only", case.reading(*known))
    missing = next((read for read in reads if read not in case.before), None)
    for other in _alternatives(case, missing) if missing is not None else ():
        chosen = [read if read in case.before else other for read in reads]
        yield case.edited(f"Read {other} instead of {missing}", case.reading(*chosen))


def as_many_sources(case: Case) -> Iterator[Candidate]:
    """The layer with as many reads as its kind takes."""
    reads, (low, high) = case.node.reads, case.node.op.inputs
    if high and len(reads) > high:
        yield from _joined(case)
        for kept in (reads[:high], reads[-high:]):
            yield case.edited(f"Read {listed(kept)} only", case.reading(*kept))
    if len(reads) < low:
        yield from islice(_completed(case), _MOST)


def other_sources(case: Case) -> Iterator[Candidate]:
    """The layer reading the last one before it that it fits, or those of its reads that agree."""
    reads = case.node.reads
    if len(reads) > 1:
        for shape in dict.fromkeys(case.row.given):
            alike = [r for r, s in zip(reads, case.row.given, strict=True) if s == shape]
            if len(alike) >= max(2, case.node.op.inputs[0]):
                yield case.edited(f"Read {listed(alike)} only", case.reading(*alike))
        return
    fitting = (n for n, s in reversed(case.before.items()) if s and fits(case.node.op, [s]))
    for name in islice(fitting, 1):
        yield case.edited(f"Read {name}", case.reading(name))


def _renamed(case: Case, name: str) -> Candidate:
    """The layer under another name.

    Its readers follow; where another layer has its name, too, only one right after it does.
    """
    old, nodes = case.node.name, list(case.spec.nodes)
    after = len(nodes) - case.index - 1
    if old not in case.before:
        nodes = [
            replace(node, reads=tuple(name if read == old else read for read in node.reads))
            for node in nodes
        ]
    elif after and nodes[case.index + 1].reads == (old,):
        nodes[case.index + 1] = replace(nodes[case.index + 1], reads=(name,))
    nodes[case.index] = replace(nodes[case.index], name=name)
    return case.candidate(f"Rename it {name}", nodes, name, after)


def _moved_behind(case: Case, read: str) -> Iterator[Candidate]:
    """The layer behind a later one that it reads, unless that one depends on it."""
    later = case.spec.nodes[case.index + 1 :]
    needed = {read}
    for node in reversed(later):
        if node.name in needed:
            needed.update(node.reads)
    ahead = [node for node in later if node.name in needed]
    if read not in {node.name for node in ahead} or case.node.name in needed:
        return
    rest = [node for node in later if node.name not in needed]
    nodes = [*case.spec.nodes[: case.index], *ahead, case.node, *rest]
    yield case.candidate(f"Move it after {read}", nodes, case.node.name, len(rest))


def _alternatives(case: Case, read: str) -> list[str]:
    """Layers to read instead of one that is not there: of a similar name, the last, of a shape."""
    names = list(reversed(case.before))
    alike = get_close_matches(read, names, 1)
    shapes = {shape for n in case.node.reads if (shape := case.before.get(n))}
    same = [name for name in names if case.before[name] in shapes and name not in case.node.reads]
    return list(dict.fromkeys([*alike, *same[:1], *names[:1], INPUT]))


def _joined(case: Case) -> Iterator[Candidate]:
    """The layer reading one that joins what it reads."""
    for name in _JOINS:
        if name not in LAYERS or not fits(LAYERS[name](), case.row.given):
            continue
        join = Node(case.spec.name_for(LAYERS[name]), LAYERS[name](), case.node.reads)
        article = "an" if name == "Add" else "a"
        yield case.edited(
            f"Insert {article} {name} before it", case.reading(join.name), added=[join]
        )


def _completed(case: Case) -> Iterator[Candidate]:
    """The layer with one more read that fits those it has, the last before it first."""
    for name, shape in reversed(case.before.items()):
        new = name not in case.node.reads
        if shape is not None and new and fits(case.node.op, [*case.row.given, shape]):
            yield case.edited(f"Read {name} too", case.reading(*case.node.reads, name))
