"""The edits that mend a layer, tried and sorted, and those that mend a whole network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from core.network.layer_table import LayerRow, is_name, layer_table
from core.network.repair.case import Candidate, Case
from core.network.repair.inserts import before_the_vector, between, flattened, other_kinds
from core.network.repair.settings import other_settings, settings_before
from core.network.repair.sources import (
    as_many_sources,
    known_sources,
    other_names,
    other_sources,
)
from core.network.spec import ModelSpec
from core.network.wiring import exchanged

#: How many edits are offered beside the layer's removal.
_MOST = 6

#: How many edits that work are compared, and how many second edits are tried after a first.
_TRIED, _CONTINUED = 24, 2


@dataclass(frozen=True)
class Repair:
    """A network in which a layer fits that did not, and what was done, as on a button."""

    title: str
    spec: ModelSpec


@lru_cache(maxsize=4)  # several docks ask for the same
def repairs(spec: ModelSpec, name: str) -> tuple[Repair, ...]:
    """What would make a layer fit, best first; its removal last.  Empty for one that fits.

    Each was tried: the layer fits in its network (or is gone), and so do all before it that did.
    For a layer that waits for another, what mends that one.
    """
    index = _index_of_cause(layer_table(spec), name)
    if index is None:
        return ()
    case = Case.of(spec, index)
    found = sorted(islice(_working(case), _TRIED), key=lambda tried: tried.problems)
    different: dict[ModelSpec, Candidate] = {}
    for tried in found:
        different.setdefault(tried.candidate.spec, tried.candidate)
    best = list(different.values())[:_MOST]
    return tuple(Repair(made.title, made.spec) for made in (*best, _removal(case)))


def mended(spec: ModelSpec) -> ModelSpec:
    """The network after the best repair of its first layer that does not fit, until all do.

    Each repair leaves fewer layers behind the first that does not fit, so there is an end.
    """
    while broken := [row.name for row in layer_table(spec) if row.is_misfit]:
        spec = repairs(spec, broken[0])[0].spec
    return spec


def _index_of_cause(rows: Sequence[LayerRow], name: str) -> int | None:
    """Where the layer is that does not fit: that of this name, or the one that it waits for."""
    for index, row in enumerate(rows):
        if row.name == name and row.problem:
            return _index_of_cause(rows, row.waits_for) if row.waits_for else index
    return None


class _Tried(NamedTuple):
    """A candidate that works, and how many layers of its network do not fit."""

    candidate: Candidate
    problems: int


def _working(case: Case) -> Iterator[_Tried]:
    """The candidates that work; those that get only a part of the way are gone on from."""
    stage = _stage(case)
    for candidate in _candidates(case, stage):
        rows = layer_table(candidate.spec)
        if _works(case, candidate, rows):
            yield _Tried(candidate, sum(row.is_misfit for row in rows))
        elif stage < _Stage.FIT:
            yield from _continued(case, candidate, stage)


def _continued(case: Case, first: Candidate, stage: _Stage) -> Iterator[_Tried]:
    """Two edits: one after which something else does not fit, and what mends that."""
    names = [node.name for node in first.spec.nodes]
    second = Case.of(first.spec, names.index(first.layer))
    if not second.row.is_misfit or _stage(second) <= stage:
        return
    for tried in islice(_working(second), _CONTINUED):
        then = tried.candidate
        title = f"{first.title} and {then.title[0].lower()}{then.title[1:]}"
        both = replace(then, title=title)
        if _works(case, both, layer_table(both.spec)):
            yield tried._replace(candidate=both)


class _Stage(IntEnum):
    """What the layer table looks at, in its order."""

    NAME = 0
    READS = 1
    COUNT = 2
    FIT = 3


def _stage(case: Case) -> _Stage:
    """What is wrong with a layer that does not fit."""
    node, (low, high) = case.node, case.node.op.inputs
    if node.name in case.before or not is_name(node.name):
        return _Stage.NAME
    if any(read not in case.before for read in node.reads):
        return _Stage.READS
    if len(node.reads) < low or (high and len(node.reads) > high):
        return _Stage.COUNT
    return _Stage.FIT


def _candidates(case: Case, stage: _Stage) -> Iterator[Candidate]:
    """What may mend a layer, the most likely first."""
    for candidates in _WAYS[stage]:
        yield from candidates(case)


def _works(case: Case, candidate: Candidate, rows: Sequence[LayerRow]) -> bool:
    """Whether the layer fits now, and those before it that did still do."""
    layer = next(row for row in rows if row.name == candidate.layer)
    known = {row.name for row in case.rows[: case.index] if row.is_misfit}
    ahead = rows[: len(rows) - candidate.after]
    return not layer.problem and not any(r.is_misfit and r.name not in known for r in ahead)


def _removal(case: Case) -> Candidate:
    """The network without the layer; its readers read the first that it read and could."""
    node, after = case.node, case.spec.nodes[case.index + 1 :]
    known = [read for read in node.reads if read in case.before]
    instead = (*known, *reversed(case.before))[0]
    if node.name not in case.before:
        after = tuple(replace(n, reads=exchanged(n.reads, node.name, (instead,))) for n in after)
    nodes = (*case.spec.nodes[: case.index], *after)
    return case.candidate("Remove it", nodes, "", len(after))


#: What is tried at each stage.
_WAYS: dict[_Stage, tuple[Callable[[Case], Iterator[Candidate]], ...]] = {
    _Stage.NAME: (other_names,),
    _Stage.READS: (known_sources,),
    _Stage.COUNT: (as_many_sources,),
    _Stage.FIT: (
        flattened,
        before_the_vector,
        other_settings,
        other_kinds,
        settings_before,
        between,
        other_sources,
    ),
}
