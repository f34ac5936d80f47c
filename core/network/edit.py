"""Edits of a network as functions from spec to spec; wiring stays sensible."""

from __future__ import annotations

from dataclasses import replace

from core.errors import UserError
from core.network.spec import INPUT, LayerKind, ModelSpec, Node


def insert(spec: ModelSpec, index: int, op: LayerKind) -> tuple[ModelSpec, str]:
    """The network with a layer before the one at `index` (at the end: `len(spec.nodes)`).

    The layer that read the one before now reads the new one.  Gives the new layer's name too.
    """
    name = spec.unused_name(stem(op))
    explicit = _spelt_out(spec)
    before = explicit[index - 1].name if index else INPUT
    nodes = [*explicit[:index], Node(name, op, (before,)), *explicit[index:]]
    if index + 1 < len(nodes):
        after = nodes[index + 1]
        nodes[index + 1] = replace(
            after, reads=_exchanged(after.reads, before, (name,), first=True)
        )
    return _shortened(spec, nodes), name


def remove(spec: ModelSpec, name: str) -> ModelSpec:
    """The network without a layer; those that read it read what it read."""
    explicit = _spelt_out(spec)
    gone = next(node for node in explicit if node.name == spec.node(name).name)
    nodes = [
        replace(node, reads=_exchanged(node.reads, name, gone.reads[:1]))
        for node in explicit
        if node.name != name
    ]
    return _shortened(spec, nodes)


def move(spec: ModelSpec, name: str, index: int) -> ModelSpec:
    """The network with a layer taken out and put in at `index` of the others."""
    node = spec.node(name)
    shorter = remove(spec, name)
    longer, given = insert(shorter, max(0, min(index, len(shorter.nodes))), node.op)
    return rename(longer, given, name)


def duplicate(spec: ModelSpec, name: str) -> tuple[ModelSpec, str]:
    """The network with a second layer of the same settings after the first."""
    index = [node.name for node in spec.nodes].index(spec.node(name).name)
    return insert(spec, index + 1, spec.nodes[index].op)


def change(spec: ModelSpec, name: str, op: LayerKind) -> ModelSpec:
    """The network with other settings of a layer."""
    spec.node(name)
    return spec.with_nodes(
        tuple(replace(node, op=op) if node.name == name else node for node in spec.nodes)
    )


def rename(spec: ModelSpec, old: str, new: str) -> ModelSpec:
    """The network with another name for a layer.

    Raises UserError if the name is taken, or no identifier (it is the torch module's name too).
    """
    spec.node(old)
    if new == old:
        return spec
    if not new.isidentifier() or new == INPUT:
        raise UserError(
            f"{new!r} cannot name a layer; use letters, figures and underscores, such as conv3."
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


def rewire(spec: ModelSpec, name: str, reads: tuple[str, ...]) -> ModelSpec:
    """The network with a layer that reads others.

    Raises UserError if one of them does not come before it.
    """
    spec.node(name)
    known = [INPUT]
    for node in spec.nodes:
        if node.name == name:
            break
        known.append(node.name)
    for read in reads:
        if read not in known:
            raise UserError(
                f"{name} cannot read {read!r}: it reads layers that come before it, "
                f"such as {known[-1]}."
            )
    return spec.with_nodes(
        tuple(replace(node, reads=reads) if node.name == name else node for node in spec.nodes)
    )


def stem(op: LayerKind) -> str:
    """The beginning of a layer's name: "conv" for a Conv2d."""
    return type(op).stem


def _spelt_out(spec: ModelSpec) -> list[Node]:
    """The nodes with "the node before it" written as its name."""
    return [replace(node, reads=spec.reads(i)) for i, node in enumerate(spec.nodes)]


def _shortened(spec: ModelSpec, nodes: list[Node]) -> ModelSpec:
    """The spec with these nodes; "the node before it" is left out again."""
    before, short = INPUT, []
    for node in nodes:
        short.append(replace(node, reads=()) if node.reads == (before,) else node)
        before = node.name
    return spec.with_nodes(tuple(short))


def _exchanged(
    reads: tuple[str, ...], old: str, new: tuple[str, ...], *, first: bool = False
) -> tuple[str, ...]:
    """`reads` with `old` replaced by `new`; only its first mention with `first`."""
    found: list[str] = []
    for read in reads:
        found.extend(new if read == old and not (first and new[0] in found) else (read,))
    return tuple(found)
