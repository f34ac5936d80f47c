"""Edits of what reads what, as functions from spec to spec; the order follows the wiring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.errors import UserError
from core.network.spec import INPUT, ModelSpec, Node
from core.registry import nearest


def rewire(spec: ModelSpec, name: str, reads: tuple[str, ...]) -> ModelSpec:
    """The network with a layer that reads others; none: the one before it.

    A layer that shall read a later one moves behind it, with all that depend on it.
    Raises UserError if it reads one that is not there, or one that itself depends on it.
    """
    spec.node(name)
    known = [INPUT, *(node.name for node in spec.nodes)]
    for read in reads:
        if read not in known:
            raise UserError(f"There is no layer {read!r} to read{nearest(read, known)}")
    if not reads:
        nodes = tuple(replace(n, reads=()) if n.name == name else n for n in spec.nodes)
        return spec.with_nodes(nodes)
    nodes_now = spelt_out(spec)
    dependents = _dependents(nodes_now, name)
    for read in reads:
        if read in dependents:
            before = known[known.index(name) - 1]
            raise UserError(
                f"{name} cannot read {read}: {_dependence(read, name)}; choose among those that "
                f"come before it, such as {before}."
            )
    changed = [replace(n, reads=reads) if n.name == name else n for n in nodes_now]
    return shortened(spec, _moved_behind(changed, reads, dependents))


def connect(spec: ModelSpec, source: str, reader: str) -> ModelSpec:
    """The network in which `reader` reads `source`.

    A kind of layer that takes several reads it besides what it reads, one that takes no more in
    place of the last.  Raises UserError if `source` depends on `reader`.
    """
    node = spec.node(reader)
    reads = reads_of(spec, reader)
    if source in reads:
        return spec
    most = node.op.inputs[1]
    kept = reads if not most or len(reads) < most else reads[: most - 1]
    return rewire(spec, reader, (*kept, source))


def disconnect(spec: ModelSpec, source: str, reader: str) -> ModelSpec:
    """The network in which `reader` no longer reads `source`.

    A layer must read something: one that read nothing else then reads the layer before it in the
    network's order, or the input where that is what it was cut from.
    Raises UserError for the first layer, which has nothing else to read.
    """
    left = tuple(read for read in reads_of(spec, reader) if read != source)
    if left:
        return rewire(spec, reader, left)
    index = [node.name for node in spec.nodes].index(reader)
    before = spec.nodes[index - 1].name if index else INPUT
    instead = before if before != source else INPUT
    if instead == source:
        raise UserError(
            f"{reader} reads the input, and there is nothing before it to read instead; connect "
            "it with another layer, or take it out."
        )
    return rewire(spec, reader, (instead,))


def redirect(spec: ModelSpec, source: str, reader: str, new_reader: str) -> ModelSpec:
    """The network in which `new_reader` reads `source` in place of `reader`.

    Raises UserError if `source` depends on `new_reader`.
    """
    connected = connect(spec, source, new_reader)
    return disconnect(connected, source, reader) if reader != new_reader else spec


def read_instead(spec: ModelSpec, source: str, reader: str, new_source: str) -> ModelSpec:
    """The network in which `reader` reads `new_source` in place of `source`.

    Raises UserError if `new_source` depends on `reader`.
    """
    reads = exchanged(reads_of(spec, reader), source, (new_source,))
    return rewire(spec, reader, tuple(dict.fromkeys(reads)))


def reads_of(spec: ModelSpec, name: str) -> tuple[str, ...]:
    """What a layer reads, with "the one before" spelt out."""
    return spec.reads([node.name for node in spec.nodes].index(spec.node(name).name))


def spelt_out(spec: ModelSpec) -> list[Node]:
    """The nodes with "the node before it" written as its name."""
    return [replace(node, reads=spec.reads(i)) for i, node in enumerate(spec.nodes)]


def shortened(spec: ModelSpec, nodes: Sequence[Node]) -> ModelSpec:
    """The spec with these nodes; "the node before it" is left out again."""
    before, short = INPUT, []
    for node in nodes:
        short.append(replace(node, reads=()) if node.reads == (before,) else node)
        before = node.name
    return spec.with_nodes(tuple(short))


def exchanged(
    reads: tuple[str, ...], old: str, new: tuple[str, ...], *, first: bool = False
) -> tuple[str, ...]:
    """`reads` with `old` replaced by `new`; only its first mention with `first`."""
    found: list[str] = []
    for read in reads:
        found.extend(new if read == old and not (first and new[0] in found) else (read,))
    return tuple(found)


def _dependents(nodes: Sequence[Node], name: str) -> set[str]:
    """A layer, and those that read it, directly or through others."""
    found = {name}
    for node in nodes:
        if found & set(node.reads):
            found.add(node.name)
    return found


def _moved_behind(nodes: list[Node], reads: tuple[str, ...], dependents: set[str]) -> list[Node]:
    """The nodes with the dependents that stand before one of `reads` moved right behind it."""
    last = max((i for i, node in enumerate(nodes) if node.name in reads), default=-1)
    early, late = nodes[: last + 1], nodes[last + 1 :]
    moved = [node for node in early if node.name in dependents]
    return [*(node for node in early if node.name not in dependents), *moved, *late]


def _dependence(read: str, name: str) -> str:
    return "that is itself" if read == name else f"{read} depends on {name} itself"
