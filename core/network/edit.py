"""Edits of a network's layers as functions from spec to spec; wiring stays sensible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.errors import UserError
from core.network.reserved import is_reserved
from core.network.spec import INPUT, LayerKind, ModelSpec, Node
from core.network.wiring import exchanged, reads_of, shortened, spelt_out


def insert(spec: ModelSpec, index: int, op: LayerKind) -> tuple[ModelSpec, str]:
    """The network with a layer before the one at `index` (at the end: `len(spec.nodes)`).

    The layer that read the one before now reads the new one.  Gives the new layer's name too.
    """
    name = spec.name_for(type(op))
    before = spec.nodes[index - 1].name if index else INPUT
    return spliced(spec, index, (Node(name, op, (before,)),)), name


def insert_between(
    spec: ModelSpec, source: str, reader: str, op: LayerKind
) -> tuple[ModelSpec, str]:
    """The network with a layer in one connection, right after its source; and its name."""
    name = spec.name_for(type(op))
    nodes = [
        replace(node, reads=exchanged(node.reads, source, (name,), first=True))
        if node.name == reader
        else node
        for node in spelt_out(spec)
    ]
    nodes.insert(_after(spec, source), Node(name, op, (source,)))
    return shortened(spec, nodes), name


def insert_after(spec: ModelSpec, source: str, op: LayerKind) -> tuple[ModelSpec, str]:
    """The network with a layer that all who read `source` read in its place; and its name."""
    name = spec.name_for(type(op))
    nodes = [
        replace(node, reads=exchanged(node.reads, source, (name,))) for node in spelt_out(spec)
    ]
    nodes.insert(_after(spec, source), Node(name, op, (source,)))
    return shortened(spec, nodes), name


def insert_apart(spec: ModelSpec, op: LayerKind) -> tuple[ModelSpec, str]:
    """The network with a layer that reads the input and that none reads yet; and its name.

    It comes first, as the last layer is the network's output.
    """
    name = spec.name_for(type(op))
    return shortened(spec, [Node(name, op, (INPUT,)), *spelt_out(spec)]), name


def spliced(spec: ModelSpec, index: int, added: Sequence[Node]) -> ModelSpec:
    """The network with layers that say what they read before the one at `index`.

    If the one at `index` read the one before it, it now reads the last of the new ones.
    """
    nodes = spelt_out(spec)
    before = nodes[index - 1].name if index else INPUT
    if index < len(nodes) and added:
        reads = exchanged(nodes[index].reads, before, (added[-1].name,), first=True)
        nodes[index] = replace(nodes[index], reads=reads)
    return shortened(spec, [*nodes[:index], *added, *nodes[index:]])


def remove(spec: ModelSpec, name: str) -> ModelSpec:
    """The network without a layer; those that read it read what it read."""
    explicit = spelt_out(spec)
    gone = next(node for node in explicit if node.name == spec.node(name).name)
    nodes = [
        replace(node, reads=exchanged(node.reads, name, gone.reads[:1]))
        for node in explicit
        if node.name != name
    ]
    return shortened(spec, nodes)


def remove_all(spec: ModelSpec, names: Iterable[str]) -> ModelSpec:
    """The network without some layers; those that read them read what they read."""
    for name in names:
        spec = remove(spec, name)
    return spec


def move(spec: ModelSpec, name: str, index: int) -> ModelSpec:
    """The network with a layer taken out and put in at `index` of the others.

    It then reads the one before it, and what it read besides as far as that still comes before.
    """
    op, others = spec.node(name).op, reads_of(spec, name)[1:]
    shorter = remove(spec, name)
    place = max(0, min(index, len(shorter.nodes)))
    before = shorter.nodes[place - 1].name if place else INPUT
    ahead = {INPUT, *(node.name for node in shorter.nodes[:place])} - {before}
    reads = (before, *(read for read in others if read in ahead))
    return spliced(shorter, place, (Node(name, op, reads),))


def change(spec: ModelSpec, name: str, op: LayerKind) -> ModelSpec:
    """The network with other settings of a layer."""
    spec.node(name)
    return spec.with_nodes(
        tuple(replace(node, op=op) if node.name == name else node for node in spec.nodes)
    )


def rename(spec: ModelSpec, old: str, new: str) -> ModelSpec:
    """The network with another name for a layer.

    Raises UserError if the name is taken, here or by torch, or no identifier: it is the torch
    module's name too.
    """
    spec.node(old)
    if new == old:
        return spec
    if not new.isidentifier() or new == INPUT:
        raise UserError(
            f"{new!r} cannot name a layer; use letters, figures and underscores, such as conv3."
        )
    if is_reserved(new):
        raise UserError(
            f"The name {new!r} is taken by torch itself; choose another, such as conv3."
        )
    if any(node.name == new for node in spec.nodes):
        raise UserError(f"There is a layer {new} already; choose another name.")
    nodes = tuple(
        replace(
            node,
            name=new if node.name == old else node.name,
            reads=tuple(new if read == old else read for read in node.reads),
        )
        for node in spec.nodes
    )
    return spec.with_nodes(nodes)


def _after(spec: ModelSpec, source: str) -> int:
    """The place after a layer, or the first for the input."""
    names = [INPUT, *(node.name for node in spec.nodes)]
    return names.index(spec.node(source).name if source != INPUT else INPUT)
