"""A layer that does not fit, in its network, and an edit that may mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import UserError
from core.network import wiring
from core.network.layer_table import LayerRow, cost, layer_table
from core.network.spec import INPUT, LayerKind, ModelSpec, Node, Shape


@dataclass(frozen=True)
class Candidate:
    """An edit that may make a layer fit, which then has the name `layer`; "" if it is gone.

    `after` is how many layers then stand after it and were not touched.
    """

    title: str
    spec: ModelSpec
    layer: str
    after: int


@dataclass(frozen=True)
class Case:
    """The layer at `index`; the nodes say what they read."""

    spec: ModelSpec
    index: int
    rows: tuple[LayerRow, ...]

    @classmethod
    def of(cls, spec: ModelSpec, index: int) -> Case:
        """The layer at an index of a network."""
        nodes = tuple(wiring.spelt_out(spec))
        return cls(spec.with_nodes(nodes), index, layer_table(spec))

    @property
    def node(self) -> Node:
        """The layer."""
        return self.spec.nodes[self.index]

    @property
    def row(self) -> LayerRow:
        """Its line of the layer table."""
        return self.rows[self.index]

    @property
    def before(self) -> dict[str, Shape | None]:
        """What the layer can read, in order, with the shapes; None for those that do not fit."""
        shapes: dict[str, Shape | None] = {INPUT: self.spec.input}
        for row in self.rows[: self.index]:
            if row.name:
                shapes.setdefault(row.name, row.shape)
        return shapes

    def edited(
        self, title: str, node: Node, added: Sequence[Node] = (), others: Sequence[Node] = ()
    ) -> Candidate:
        """The network with another node in the layer's place, and `added` ones before it.

        `others` take the places of the nodes of their names that stand before.
        """
        exchanged = {other.name: other for other in others}
        earlier = [exchanged.get(n.name, n) for n in self.spec.nodes[: self.index]]
        later = self.spec.nodes[self.index + 1 :]
        return self.candidate(title, [*earlier, *added, node, *later], node.name, len(later))

    def candidate(self, title: str, nodes: Sequence[Node], layer: str, after: int) -> Candidate:
        """The network with these nodes."""
        return Candidate(title, wiring.shortened(self.spec, nodes), layer, after)

    def reading(self, *reads: str) -> Node:
        """The layer with other reads."""
        return replace(self.node, reads=reads)


def fits(op: LayerKind, given: Sequence[Shape]) -> bool:
    """Whether a layer fits what it is given, with settings in their ranges."""
    try:
        cost(op, *given)
    except UserError:
        return False
    return True


def listed(names: Sequence[str]) -> str:
    """Names in a title: "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
