"""Layers between, places and kinds with which a layer fits what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import UserError
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.repair.case import Candidate, Case, fits, listed
from core.network.spec import INPUT, LAYERS, LayerKind, Node, Shape
from core.options import options_of, values_of, with_values

#: The longest step of a convolution that is put in.
_LONGEST_STRIDE = 32


def flattened(case: Case) -> Iterator[Candidate]:
    """A Flatten between the layer and the maps that it reads, unless all that it reads are maps."""
    given = case.row.given
    if len(given) > 1 and len({len(shape) for shape in given}) == 1:
        return
    places = {place: Flatten() for place, shape in enumerate(given) if len(shape) > 1}
    if places:
        where = "before it" if len(given) == 1 else f"on {_reads_at(case, places)}"
        yield _with_inserts(case, f"Insert a Flatten {where}", places)


def before_the_vector(case: Case) -> Iterator[Candidate]:
    """The layer before the one that makes a vector of the maps."""
    if len(case.row.given) != 1 or len(case.row.given[0]) != 1:
        return
    known = {node.name: place for place, node in enumerate(case.spec.nodes[: case.index])}
    name = case.node.reads[0]
    while name in known:
        row, node = case.rows[known[name]], case.spec.nodes[known[name]]
        if len(row.given) != 1:
            return
        if len(row.given[0]) > 1:
            yield _moved(case, known[name], node)
            return
        name = node.reads[0]


def other_kinds(case: Case) -> Iterator[Candidate]:
    """The kind of layer that does the same along another number of axes."""
    family = _family(type(case.node.op))
    for kind in LAYERS.values():
        if _family(kind) == family and kind is not type(case.node.op):
            yield case.edited(
                f"Make it {kind.title}", replace(case.node, op=_as(kind, case.node.op))
            )


def between(case: Case) -> Iterator[Candidate]:
    """A convolution, the smallest, or a dense layer on each branch that does not fit another."""
    given, op = case.row.given, case.node.op
    by_target = {
        wanted: [place for place, shape in enumerate(given) if not fits(op, (wanted, shape))]
        for wanted in dict.fromkeys(given)
    }
    for wanted, places in sorted(by_target.items(), key=lambda item: len(item[1])):
        inserts = {place: _bringing(given[place], wanted) for place in places}
        made = {place: op for place, op in inserts.items() if op is not None}
        if len(given) > 1 and made and len(made) == len(places):
            kinds = dict.fromkeys(made.values())
            parts = (
                f"{_in_words(op)} on {_reads_at(case, [i for i in made if made[i] == op])}"
                for op in kinds
            )
            yield _with_inserts(case, f"Insert {' and '.join(parts)}", made)


def _bringing(given: Shape, wanted: Shape) -> LayerKind | None:
    """A layer that makes of one shape another; None if there is none."""
    if len(given) != len(wanted):
        return None
    if len(wanted) == 1:
        return _made(Dense, units=wanted[0])
    stride, kind = _stride(given, wanted), f"Conv{len(wanted) - 1}d"
    if kind not in LAYERS:
        return None
    if stride:
        return _made(LAYERS[kind], filters=wanted[0], kernel=1, stride=stride)
    surplus = {side - goal for side, goal in zip(given[1:], wanted[1:], strict=True)}
    if len(surplus) > 1 or min(surplus) < 1:
        return None
    return _made(LAYERS[kind], filters=wanted[0], kernel=1 + min(surplus))


def _in_words(op: LayerKind) -> str:
    """A layer to insert, in a title."""
    values = values_of(op)
    if "units" in values:
        return f"a Dense of {values['units']} units"
    step = f" and stride {values['stride']}" if values["stride"] > 1 else ""
    kernel = "x".join([str(values["kernel"])] * op.dims)
    article = "an" if kernel.startswith(("8", "11", "18")) else "a"
    return f"{article} {kernel} convolution of {values['filters']} filters{step}"


def _with_inserts(case: Case, title: str, inserts: Mapping[int, LayerKind]) -> Candidate:
    """The layer behind new ones, each at a place among what it reads."""
    reads, earlier = list(case.node.reads), list(case.spec.nodes[: case.index])
    for place, op in inserts.items():
        named = case.spec.with_nodes((*earlier, *case.spec.nodes[case.index :]))
        node = Node(named.name_for(type(op)), op, (reads[place],))
        earlier.insert(_position(earlier, reads, place), node)
        reads[place] = node.name
    nodes = [*earlier, case.reading(*reads), *case.spec.nodes[case.index + 1 :]]
    return case.candidate(title, nodes, case.node.name, len(case.spec.nodes) - case.index - 1)


def _position(earlier: Sequence[Node], reads: Sequence[str], place: int) -> int:
    """Where a layer on a branch stands: at its end, and after the branch that is read before."""
    names = [INPUT, *(node.name for node in earlier)]
    forks = any(reads[place] in node.reads for node in earlier)
    return names.index(reads[place - 1] if forks and place else reads[place])


def _reads_at(case: Case, places: Iterable[int]) -> str:
    """The layers that are read at some places, in a title."""
    return listed([case.node.reads[place] for place in places])


def _stride(given: Shape, wanted: Shape) -> int:
    """The step with which a window of one cell makes sides from others; 0 if there is none."""
    sides = list(zip(given[1:], wanted[1:], strict=True))
    fitting = (
        step
        for step in range(1, _LONGEST_STRIDE + 1)
        if all((side - 1) // step + 1 == goal for side, goal in sides)
    )
    return next(fitting, 0)


def _moved(case: Case, place: int, ahead: Node) -> Candidate:
    """The layer right before another one; what read it reads what it read."""
    name, read = case.node.name, case.node.reads[0]
    nodes = [
        replace(node, reads=tuple(read if r == name else r for r in node.reads))
        for node in case.spec.nodes
        if node is not case.node
    ]
    nodes[place] = replace(ahead, reads=(name,))
    nodes.insert(place, replace(case.node, reads=ahead.reads))
    after = len(case.spec.nodes) - case.index - 1
    return case.candidate(f"Move it before {ahead.name}", nodes, name, after)


def _family(kind: type[LayerKind]) -> str:
    """A kind's name without the number of its axes."""
    return re.sub(r"\dd$", "", kind.__name__)


def _as(kind: type[LayerKind], op: LayerKind) -> LayerKind:
    """A layer of another kind with the same settings as far as it has them."""
    rows = {row.name for row in options_of(kind)}
    values = {row.name: getattr(op, row.name) for row in options_of(op) if row.name in rows}
    return _made(kind, **values) or kind()


def _made(kind: type[LayerKind], **values: Any) -> LayerKind | None:
    """A layer of a kind; None where a value is out of its range."""
    try:
        return with_values(kind, values)
    except UserError:
        return None
