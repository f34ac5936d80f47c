"""Output sizes, parameters, operations, memory and receptive fields, from a spec alone.

Source: Dumoulin & Visin 2016, arXiv:1603.07285 (sizes); Araujo et al. 2019, Distill,
"Computing receptive fields of convolutional neural networks" (equations 1 to 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from core.errors import UserError
from core.network.spec import INPUT, ModelSpec, Shape, Window

BYTES_PER_VALUE = 4

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


def maps(kind: str, given: Shape) -> tuple[int, int, int]:
    """Channels, height and width of maps.  Raises UserError if a layer of `kind` gets a vector."""
    if len(given) != 3:
        raise UserError(f"{kind} needs maps, gets {written(given)}; put it before the Flatten.")
    return given[0], given[1], given[2]


def slide(height: int, width: int, window: Window, padding_end: int | None = None) -> Shape:
    """How many places a window has on a map, by rows and columns.

    `padding_end` is the padding below and to the right where it is not the window's.
    Raises UserError, with the largest window that fits, if there is none.
    """
    end = window.padding if padding_end is None else padding_end
    padding = window.padding + end
    step = (window.stride, padding, window.dilation)
    rows, columns = (output_size(side, window.kernel, *step) for side in (height, width))
    if min(rows, columns) < 1:
        largest = (min(height, width) + padding - 1) // window.dilation + 1
        reach = window.dilation * (window.kernel - 1) + 1
        short = reach - min(height, width) - padding
        raise UserError(
            f"A {reach} x {reach} window does not fit {height} x {width} maps"
            f"{f' padded by {padding}' if padding else ''}; choose a kernel of at most {largest}, "
            f"or {-(-short // 2)} more padding."
        )
    return rows, columns


def pooled(given: tuple[int, int, int], window: Window) -> Shape:
    """The shape of maps after pooling.  Raises UserError if the window does not fit."""
    if window.padding > window.kernel // 2:
        raise UserError(
            f"A padding of {window.padding} px is more than half of the {window.kernel} px window; "
            f"choose at most {window.kernel // 2} px."
        )
    channels, height, width = given
    return (channels, *slide(height, width, window))


@dataclass(frozen=True)
class ReceptiveField:
    """The square of the input that a unit sees, in input pixels.

    Unit (row, column) sees `size` pixels beginning at `start + row * jump`.  `size` None: all.
    """

    size: int | None = 1
    jump: int = 1
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
        return None if self.size is None else (self.start + cell * self.jump, float(self.size))


@dataclass(frozen=True)
class LayerRow:
    """One line of the layer table.  `problem` says why the layer does not fit, if so.

    `shape` is None where the layer, or one that it reads, does not fit.  `memory` is the bytes
    of its output for one sample.
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

    @property
    def memory(self) -> int:
        """Bytes of the output for one sample, at 4 bytes a value."""
        return BYTES_PER_VALUE * prod(self.shape) if self.shape else 0


def layer_table(spec: ModelSpec) -> tuple[LayerRow, ...]:
    """One row per node; a node that does not fit says why, and those after it that they wait."""
    start = LayerRow(INPUT, "Input", shape=spec.input, receptive_field=ReceptiveField())
    known: dict[str, LayerRow] = {INPUT: start}
    rows = []
    for index, node in enumerate(spec.nodes):
        reads = spec.reads(index)
        blank = LayerRow(node.name, type(node.op).__name__, node.op.summary(), reads)
        row = _row(spec, index, blank, known)
        known.setdefault(node.name, row)
        rows.append(row)
    return tuple(rows)


def problems(spec: ModelSpec) -> dict[str, str]:
    """What does not fit, by the node's name; empty for a network that can be built."""
    return {row.name: row.problem for row in layer_table(spec) if row.problem}


def fitting(spec: ModelSpec) -> ModelSpec:
    """The network without the layers that do not fit, nor those that wait for them."""
    rows = enumerate(zip(spec.nodes, layer_table(spec), strict=True))
    kept = (replace(node, reads=spec.reads(i)) for i, (node, row) in rows if not row.problem)
    return spec.with_nodes(tuple(kept))


def _row(spec: ModelSpec, index: int, blank: LayerRow, known: Mapping[str, LayerRow]) -> LayerRow:
    node = spec.nodes[index]
    if not _is_name(node.name) or node.name in known:
        why = "is taken" if node.name in known else "is no word of letters, digits and _"
        return replace(blank, problem=f"The name {node.name!r} {why}; choose another.")
    missing = [name for name in blank.reads if name not in known]
    if missing:
        return replace(blank, problem=f"{missing[0]} does not come before {node.name}.")
    sources = [known[name] for name in blank.reads]
    waiting = [row.name for row in sources if row.shape is None]
    if waiting:
        return replace(blank, problem=f"Waits for {waiting[0]}.")
    given = tuple(row.shape for row in sources if row.shape is not None)
    low, high = node.op.inputs
    if len(given) < low or (high and len(given) > high):
        return replace(blank, given=given, problem=_count_problem(len(given), low, high))
    try:
        shape = node.op.shape(*given)
        parameters = node.op.parameters(*given)
        _check_size(parameters, shape)
    except UserError as error:
        return replace(blank, given=given, problem=str(error))
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
    return ReceptiveField(int(last - first), max(field.jump for field in fields), first)


def _is_name(text: str) -> bool:
    """Whether it can be a torch module's name, with no dot, and a column of an export."""
    return text.replace("_", "a").isalnum()


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
