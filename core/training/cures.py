"""What helps: a network or settings with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor, log10

from core.network.edit import change, insert, insert_after
from core.network.layer_table import LayerRow, layer_table
from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.batch_norm3d import BatchNorm3d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.softmax import Softmax
from core.network.spec import LayerKind, ModelSpec
from core.training.settings import TrainParams

#: The range of the learning rate.
LOWEST_RATE, HIGHEST_RATE = 1e-7, 10.0
#: The groups of layer kinds that matter.
ACTIVATION, NORMALISING = "Activation", "Normalisation"


def with_rate(params: TrainParams, factor: float) -> TrainParams:
    """The settings with another learning rate, rounded to one figure."""
    rate = min(max(params.rate * factor, LOWEST_RATE), HIGHEST_RATE)
    return replace(params, rate=rounded(rate))


def rounded(value: float) -> float:
    """A positive number to one significant figure: 0.00274 is 0.003."""
    return round(value, -floor(log10(value)))


def with_activation(spec: ModelSpec, layers: Iterable[str], op: LayerKind) -> ModelSpec:
    """The network with another activation in the place of some layers."""
    for name in layers:
        spec = change(spec, name, op)
    return spec


def with_batch_norm(spec: ModelSpec) -> ModelSpec | None:
    """The network with batch normalisation between its weights and activations; None if it has."""
    table, normalised = layer_table(spec), spec
    for row in table:
        activated = any(row.name in other.reads and _is(spec, other, ACTIVATION) for other in table)
        shape = row.shape or ()
        if (
            row.parameters
            and activated
            and len(shape) in _NORMS
            and not _is(spec, row, NORMALISING)
        ):
            normalised, _ = insert_after(normalised, row.name, _NORMS[len(shape)]())
    return normalised if normalised != spec else None


def with_dropout(spec: ModelSpec) -> ModelSpec | None:
    """The network with dropout before its last layer with weights; None if it drops already."""
    if any(isinstance(node.op, Dropout) for node in spec.nodes):
        return None
    rows = layer_table(spec)
    places = [place for place, row in enumerate(rows) if row.parameters]
    return insert(spec, places[-1], Dropout())[0] if places and places[-1] else None


def with_outputs(spec: ModelSpec, count: int) -> ModelSpec:
    """The network with `count` outputs: those of its last dense layer, or of a new one."""
    ends = [node for node in spec.nodes if not isinstance(node.op, Softmax)]
    last = ends[-1]
    if isinstance(last.op, Dense):
        return change(spec, last.name, replace(last.op, units=count))
    place = spec.nodes.index(last) + 1
    shape = layer_table(spec)[place - 1].shape or ()
    if len(shape) > 1:
        spec, _ = insert(spec, place, Flatten())
        place += 1
    return insert(spec, place, Dense(count))[0]


def _is(spec: ModelSpec, row: LayerRow, group: str) -> bool:
    return type(spec.node(row.name).op).group == group


#: Batch normalisation by the rank of what it reads.
_NORMS: dict[int, type[LayerKind]] = {
    1: BatchNorm1d,
    2: BatchNorm1d,
    3: BatchNorm2d,
    4: BatchNorm3d,
}
