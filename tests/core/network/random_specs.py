"""Networks drawn at random: most of their layers fit each other, or all of them, or few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from core.network.layer_table import layer_table, problems
from core.network.spec import INPUT, LAYERS, LayerKind, ModelSpec, Node, Shape
from core.options import Option, options_of

INPUTS: tuple[Shape, ...] = ((1, 9, 8), (4, 8, 8), (3, 12), (2, 5, 6, 6))

#: A whole number in a random layer is at most so much more than its least.
_REACH = 4


def ops(kind: type[LayerKind]) -> st.SearchStrategy[LayerKind]:
    """Layers of a kind with small settings, each its default as often as not."""
    rows = {row.name: st.just(row.default) | _values(row) for row in options_of(kind)}
    return st.builds(kind, **rows)


def _values(row: Option) -> st.SearchStrategy[Any]:
    if row.choices:
        return st.sampled_from(sorted(row.choices))
    if row.kind is bool:
        return st.booleans()
    if row.kind is int:
        low = int(row.low or 0)
        return st.integers(low, low + _REACH)
    if row.kind is float:
        return st.floats(row.low, row.high, allow_nan=False, allow_infinity=False)
    return st.just(row.default)


@st.composite
def specs(draw: st.DrawFn, *, sound: bool = False, kinds: Sequence[str] | None = None) -> ModelSpec:
    """Networks of up to six layers with branches; `sound`: without problems, and not empty."""
    spec = ModelSpec("random", draw(st.sampled_from(INPUTS)))
    for _ in range(draw(st.integers(1, 6))):
        kind = LAYERS[draw(st.sampled_from(kinds or sorted(LAYERS)))]
        op, reads = draw(ops(kind)), draw(_reads(spec, kind))
        name = spec.unused_name(draw(st.sampled_from((kind.stem, "x"))))
        longer = spec.with_nodes((*spec.nodes, Node(name, op, reads)))
        if not problems(longer) or not (sound or draw(st.integers(0, 3))):
            spec = longer
    if sound and not spec.nodes:
        return spec.with_nodes((Node("relu1", LAYERS["Relu"]()),))
    return spec


def _reads(spec: ModelSpec, kind: type[LayerKind]) -> st.SearchStrategy[tuple[str, ...]]:
    """What a layer after the last one may read: mostly that, or some of one shape."""
    shapes = {INPUT: spec.input} | {row.name: row.shape for row in layer_table(spec)}
    known = [name for name, shape in shapes.items() if shape is not None]
    last = known[-1]
    if kind.inputs == (1, 1):
        return st.just(()) | st.sampled_from(known).map(lambda name: (name,))
    alike = [name for name in known if shapes[name] == shapes[last]]
    return st.lists(st.sampled_from(alike), min_size=2, max_size=3).map(tuple)


def broken_specs() -> st.SearchStrategy[ModelSpec]:
    """Networks in which settings, reads and names were spoilt."""
    return specs().flatmap(spoilt)


@st.composite
def spoilt(draw: st.DrawFn, spec: ModelSpec) -> ModelSpec:
    """A network with other settings, reads and names here and there."""
    nodes = [draw(_spoilt(node, [n.name for n in spec.nodes])) for node in spec.nodes]
    return spec.with_nodes(tuple(nodes))


def _spoilt(node: Node, names: Sequence[str]) -> st.SearchStrategy[Node]:
    some = st.sampled_from([*names, INPUT, "ghost"])
    return st.one_of(
        st.just(node),
        st.just(node),
        st.sampled_from([*names, "two words", "", INPUT]).map(
            lambda name: replace(node, name=name)
        ),
        st.lists(some, min_size=1, max_size=3).map(lambda reads: replace(node, reads=tuple(reads))),
        _with_odd_setting(node),
    )


def _with_odd_setting(node: Node) -> st.SearchStrategy[Node]:
    """The node with a whole number out of its range, or far too large."""
    rows = [row for row in options_of(node.op) if row.kind is int]
    if not rows:
        return st.just(node)
    odd = st.tuples(st.sampled_from(rows), st.sampled_from((-3, 0, 7, 60, 10**9)))
    return odd.map(
        lambda chosen: replace(node, op=replace(node.op, **{chosen[0].name: chosen[1]}))  # type: ignore[type-var]
    )
