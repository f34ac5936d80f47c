"""Shapes, parameters, operations, memory and receptive fields of all layers, from a spec alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from core.errors import UserError
from core.network.receptive_field import ALL, ReceptiveField, union
from core.network.reserved import is_reserved
from core.network.spec import INPUT, LayerKind, Misfit, ModelSpec, Node, Shape
from core.options import checked, options_of

BYTES_PER_VALUE = 4
#: A layer with more parameters, or more output values for one sample, is refused: 8 GiB.
MOST_VALUES = 2**31


@dataclass(frozen=True)
class LayerRow:
    """One line of the layer table.  `problem` says why the layer does not fit, if so.

    `shape` is None where the layer, or one that it reads, does not fit; `waits_for` then names
    that one.  `memory` is the bytes of its output for one sample.  `settings` are those with which
    a layer that does not fit would.
    """

    name: str
    kind: str
    summary: str = ""
    reads: tuple[str, ...] = ()
    given: tuple[Shape, ...] = ()
    shape: Shape | None = None
    parameters: int = 0
    macs: int = 0
    receptive_field: ReceptiveField | None = None
    problem: str = ""
    waits_for: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_misfit(self) -> bool:
        """Whether it does not fit; one that waits for another may."""
        return bool(self.problem) and not self.waits_for

    @property
    def memory(self) -> int:
        """Bytes of the output for one sample, at 4 bytes a value."""
        return BYTES_PER_VALUE * prod(self.shape) if self.shape else 0


def layer_table(
    spec: ModelSpec, earlier: tuple[ModelSpec, Sequence[LayerRow]] | None = None
) -> tuple[LayerRow, ...]:
    """One row per node; a node that does not fit says why, and those after it that they wait.

    `earlier` is a network with its table, of which `spec` may be an edit: rows that are the same
    are its very objects.
    """
    start = LayerRow(INPUT, "Input", shape=spec.input, receptive_field=ReceptiveField())
    known: dict[str, LayerRow] = {INPUT: start}
    before = _Earlier(*earlier) if earlier is not None else None
    rows = []
    for index, node in enumerate(spec.nodes):
        reads = spec.reads(index)
        row = before.row(node, reads, known) if before is not None else None
        row = row or _row(spec, index, reads, known)
        if node.name:  # one without a name cannot be read
            known.setdefault(node.name, row)
        rows.append(row)
    return tuple(rows)


def whole_table(spec: ModelSpec) -> tuple[LayerRow, ...]:
    """The layer table of a network that can be built.

    Raises UserError, naming the layer, if one does not fit, or if there is none.
    """
    rows = layer_table(spec)
    require_fit(spec.name, rows)
    if not rows:
        raise UserError(f"{spec.name} has no layers; add one first.")
    return rows


def require_fit(name: str, rows: Sequence[LayerRow]) -> None:
    """Raises UserError, naming the network and the layer, if one does not fit."""
    for row in rows:
        if row.problem:
            raise UserError(f"{name}, layer {row.name}: {row.problem}")


def problems(spec: ModelSpec) -> dict[str, str]:
    """What does not fit, by the node's name; empty for a network that can be built."""
    return {row.name: row.problem for row in layer_table(spec) if row.problem}


def fitting(spec: ModelSpec, rows: Sequence[LayerRow]) -> ModelSpec:
    """The network without the layers that do not fit, nor those that wait for them.

    `rows` are its layer table.
    """
    if not any(row.problem for row in rows):
        return spec
    pairs = enumerate(zip(spec.nodes, rows, strict=True))
    kept = (replace(node, reads=spec.reads(i)) for i, (node, row) in pairs if not row.problem)
    return spec.with_nodes(tuple(kept))


def cost(op: LayerKind, *given: Shape) -> tuple[Shape, int]:
    """The output shape of a layer that reads these shapes, and how many numbers it learns.

    Raises UserError if it does not fit them, one of its settings is out of range, or no machine
    has the memory.
    """
    for row in options_of(op):
        if row.low is not None and getattr(op, row.name) < row.low:
            row.checked(getattr(op, row.name))
    shape, parameters = op.shape(*given), op.parameters(*given)
    _check_size(parameters, shape)  # says more of what is too large than its range does
    checked(op)
    return shape, parameters


class _Earlier:
    """The rows of another network that fit there."""

    def __init__(self, spec: ModelSpec, rows: Sequence[LayerRow]) -> None:
        pairs = zip(spec.nodes, rows, strict=True)
        self._found = {row.name: (node.op, row) for node, row in pairs if not row.problem}
        self._fields: dict[str, ReceptiveField | None] = {INPUT: ReceptiveField()}
        self._fields |= {row.name: row.receptive_field for _, row in self._found.values()}

    def row(
        self, node: Node, reads: tuple[str, ...], known: Mapping[str, LayerRow]
    ) -> LayerRow | None:
        """The row of the same layer, where what it reads is the same too."""
        op, row = self._found.get(node.name, (None, None))
        if row is None or node.name in known or op != node.op or row.reads != reads:
            return None
        for name, shape in zip(reads, row.given, strict=True):
            source = known.get(name)
            if source is None or source.shape != shape:
                return None
            if source.receptive_field != self._fields[name]:
                return None
        return row


def _row(
    spec: ModelSpec, index: int, reads: tuple[str, ...], known: Mapping[str, LayerRow]
) -> LayerRow:
    node = spec.nodes[index]
    blank = LayerRow(node.name, type(node.op).__name__, node.op.summary(), reads)
    if not is_name(node.name) or node.name in known:
        why = (
            "is taken" if node.name in known
            else "is taken by torch itself" if is_reserved(node.name)
            else "is no word of letters, digits and _"
        )  # fmt: skip
        return replace(blank, problem=f"The name {node.name!r} {why}; choose another.")
    missing = [name or "A layer without a name" for name in blank.reads if name not in known]
    if node.name in missing:
        return replace(blank, problem=f"{node.name} reads itself; choose a layer before it.")
    if missing:
        return replace(blank, problem=f"{missing[0]} does not come before {node.name}.")
    sources = [known[name] for name in blank.reads]
    waiting = [row.name for row in sources if row.shape is None]
    if waiting:
        return replace(blank, problem=f"Waits for {waiting[0]}.", waits_for=waiting[0])
    given = tuple(row.shape for row in sources if row.shape is not None)
    low, high = node.op.inputs
    if len(given) < low or (high and len(given) > high):
        return replace(blank, given=given, problem=_count_problem(len(given), low, high))
    try:
        shape, parameters = cost(node.op, *given)
    except UserError as error:
        settings = error.settings if isinstance(error, Misfit) else {}
        return replace(blank, given=given, problem=str(error), settings=settings)
    fields = [row.receptive_field or ALL for row in sources]
    return replace(
        blank,
        given=given,
        shape=shape,
        parameters=parameters,
        macs=node.op.macs(*given),
        receptive_field=union(fields).through(node.op.window(*given)),
    )


def is_name(text: str) -> bool:
    """Whether a text can be a torch module's name, with no dot, and a column of an export."""
    return text.replace("_", "a").isalnum() and not is_reserved(text)


def _check_size(parameters: int, shape: Shape) -> None:
    """Raises UserError, stating the memory it would need, if a layer is beyond any machine."""
    values, what = max((parameters, "parameters"), (prod(shape), "output"))
    if values > MOST_VALUES:
        most, need = (count * BYTES_PER_VALUE / 2**30 for count in (MOST_VALUES, values))
        raise UserError(
            f"Its {what} would need {need:,.0f} GiB of memory; choose settings that need at most "
            f"{most:.0f} GiB."
        )


def _count_problem(count: int, low: int, high: int) -> str:
    wants = f"at least {low}" if not high else str(low) if low == high else f"{low} to {high}"
    return f"Reads {count} layer{'s' * (count != 1)}, but needs {wants}."
