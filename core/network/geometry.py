"""Output sizes, parameters, operations, memory and receptive fields, from a spec alone.

Source: Dumoulin & Visin 2016, arXiv:1603.07285 (sizes); Araujo et al. 2019, Distill,
"Computing receptive fields of convolutional neural networks" (equations 1 to 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, prod
from typing import Any

from core.errors import UserError
from core.network.reserved import is_reserved
from core.network.spec import INPUT, LayerKind, Misfit, ModelSpec, Node, Shape, Window
from core.options import checked, options_of

BYTES_PER_VALUE = 4

#: What fractions of a pixel may be off after many layers.
_ROUNDING = 1e-6

#: A layer with more parameters, or more output values for one sample, is refused: 8 GiB.
MOST_VALUES = 2**31


def written(shape: Shape) -> str:
    """A shape as a person writes it: "16 x 5 x 5"."""
    return " x ".join(map(str, shape)) if len(shape) > 1 else f"a vector of {shape[0]}"


def output_size(
    length: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many places a kernel has along an axis; `padding` is that of both ends together.

    floor((J + P_start + P_end - D(M - 1) - 1) / S) + 1; below 1 where the kernel does not fit.
    """
    return (length + padding - dilation * (kernel - 1) - 1) // stride + 1


#: What a value of so many sides is called.
_CALLED = {1: "a vector", 2: "a signal", 3: "maps", 4: "a clip"}


def maps(kind: str, given: Shape, dims: int = 2) -> Shape:
    """`given` itself: channels, then the sides of maps along which a window slides.

    Raises Misfit if what a layer of `kind` gets does not have `dims` sides beside its channels.
    """
    if len(given) == dims + 1:
        return given
    advice = (
        "put it before the Flatten"
        if len(given) == 1
        else f"choose the kind of layer for {_CALLED[len(given)]}"
    )
    raise Misfit(f"{kind} needs {_CALLED[dims + 1]}, gets {written(given)}; {advice}.")


def slide(sides: Sequence[int], window: Window, padding_end: int | None = None) -> Shape:
    """How many places a window has along each side of a map.

    `padding_end` is the padding after the last cell where it is not the window's.
    Raises Misfit, with the largest window that fits, if there is none.
    """
    kernel, stride, start, dilation = (
        int(value) for value in (window.kernel, window.stride, window.padding, window.dilation)
    )
    padding = start + (start if padding_end is None else padding_end)
    places = tuple(output_size(side, kernel, stride, padding, dilation) for side in sides)
    if min(places) < 1:
        largest = (min(sides) + padding - 1) // dilation + 1
        reach = dilation * (kernel - 1) + 1
        short = reach - min(sides) - padding
        raise Misfit(
            f"{_too_large(reach, sides)}{f' padded by {padding}' if padding else ''}; "
            f"choose a kernel of at most {largest}, or {-(-short // 2)} more padding.",
            kernel=largest,
        )
    return places


def _too_large(reach: int, sides: Sequence[int]) -> str:
    """Which window does not fit what."""
    if len(sides) == 1:
        return f"A window of {reach} does not fit a signal of {sides[0]}"
    return f"A {written((reach,) * len(sides))} window does not fit {written(tuple(sides))} maps"


def pooled(given: Shape, window: Window) -> Shape:
    """The shape of maps after pooling.  Raises Misfit if the window does not fit."""
    if window.padding > window.kernel // 2:
        raise Misfit(
            f"A padding of {window.padding} px is more than half of the {window.kernel} px window; "
            f"choose at most {window.kernel // 2} px.",
            padding=window.kernel // 2,
        )
    return (given[0], *slide(given[1:], window))


@dataclass(frozen=True)
class ReceptiveField:
    """The part of the input that a unit sees, in input pixels, as long along every axis.

    Unit (row, column) sees `size` pixels beginning at `start + row * jump`.  `size` None: all.
    Above a layer that makes maps larger these are fractions, and a unit sees the whole pixels
    in between: see `span`.
    """

    size: float | None = 1
    jump: float = 1
    start: float = 0.0

    def through(self, window: Window | None) -> ReceptiveField:
        """The field of a layer with this window, above a layer with this field."""
        if window is None or self.size is None:
            return ReceptiveField(None, 0, 0.0)
        reach = (window.kernel - 1) * window.dilation
        return ReceptiveField(
            self.size + reach * self.jump,
            self.jump * window.stride,
            self.start - window.padding * self.jump,
        )

    def span(self, cell: int) -> tuple[float, float] | None:
        """First pixel and length along one axis for the cell's index; None: the whole input."""
        if self.size is None:
            return None
        start = self.start + cell * self.jump
        first, last = ceil(start - _ROUNDING), floor(start + self.size - 1 + _ROUNDING)
        return float(first), float(last - first + 1)

    def centre(self, cell: int = 0) -> float | None:
        """Where the middle of a cell's field lies along one axis; None: the whole input.

        Pixel i is at i: the middle of two pixels is at 0.5.
        """
        if self.size is None:
            return None
        return self.start + cell * self.jump + (self.size - 1) / 2


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
    fields = [row.receptive_field or ReceptiveField(None) for row in sources]
    return replace(
        blank,
        given=given,
        shape=shape,
        parameters=parameters,
        macs=node.op.macs(*given),
        receptive_field=union(fields).through(node.op.window(*given)),
    )


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """The smallest field that covers those of all branches."""
    if any(field.size is None for field in fields):
        return ReceptiveField(None, 0, 0.0)
    first = min(field.start for field in fields)
    last = max(field.start + (field.size or 0) for field in fields)
    return ReceptiveField(last - first, max(field.jump for field in fields), first)


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
