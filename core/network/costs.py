"""What a network costs in memory, each way of counting by itself, and what it would cost dense.

All figures are for values of 4 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from core.network.layer_table import BYTES_PER_VALUE, LayerRow
from core.network.receptive_field import ReceptiveField
from core.network.spec import INPUT, Shape
from core.options import option

#: Layer kinds, ours and torch's, in small letters, whose output is the input in another form.
_FORMS = frozenset({
    "flatten", "unflatten", "identity", "view", "reshape", "transpose", "permute", "squeeze",
    "unsqueeze",
})  # fmt: skip
_DROPOUTS = frozenset({"dropout", "dropout1d", "dropout2d", "dropout3d", "alphadropout"})
#: Those that work value by value: their backward pass needs what they gave …
_BY_OUTPUT = frozenset({"relu", "tanh", "scaledtanh", "sigmoid", "softmax", "hardsigmoid"})
#: … or what they were given.
_BY_INPUT = frozenset({
    "relu6", "leakyrelu", "prelu", "elu", "gelu", "silu", "mish", "softplus", "hardswish",
    "hardtanh",
})  # fmt: skip
#: Those whose backward pass needs neither, such as a sum.
_BY_NEITHER = _FORMS | _DROPOUTS | {"add", "sum", "concat", "joined", "padchannels"}
#: Those that note which value was the largest, as whole numbers of 8 bytes.
_LARGEST = frozenset({"maxpool1d", "maxpool2d", "maxpool3d"})
_BYTES_PER_PLACE = 8
#: Convolutions whose kernels all cells share.
_SHARING = frozenset({"conv1d", "conv2d", "conv3d"})

#: What each way of counting counts.
COUNTED = {
    "outputs": "the input and the outputs of all layers but activations, dropout and flatten: "
    "of convolutions, pooling, dense layers and the like",
    "outputs_and_activations": "the same, with the outputs of activations such as ReLU",
    "kept_for_backward": "what the backward pass needs: the inputs of convolutions, dense layers "
    "and pooling, the outputs of ReLU, tanh and sigmoid, each value once, 8 bytes for each place "
    "that a max pooling notes, and the mask of a dropout",
    "measured": "what torch saved for the backward pass in a forward pass on the CPU, each tensor "
    "once, weights apart",
    "training": "weights, a gradient of each, what the optimiser remembers of each, and what is "
    "kept for backward of each picture of the batch; gradients on their way back and the "
    "workspace of single layers come on top",
}

#: What the layers' sum is given of.
_SUMMED = ("parameters", "macs", "memory")

#: How many values an optimiser remembers of each weight.
STATE = {"adam": 2, "sgd": 1, "plain_sgd": 0}

#: What is said elsewhere of a network, by its name, and follows from no way of counting here.
SAID = {"VGG-16": "approx. 93 MB"}


@dataclass(frozen=True)
class TrainingCost:
    """What decides how much memory training takes, beside the network."""

    batch: int = option(
        16, 1, 65536, label="Batch", unit="pictures",
        help="For each picture, the outputs are kept that the backward pass needs.",
    )  # fmt: skip
    optimizer: str = option(
        "adam",
        label="Optimiser",
        choices={"adam": "Adam", "sgd": "SGD with momentum", "plain_sgd": "SGD"},
        help="What is remembered of each weight: two averages, one, or nothing.",
    )


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes that training takes, by what they hold."""

    weights: int = 0
    gradients: int = 0
    state: int = 0
    kept: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.weights + self.gradients + self.state + self.kept

    def __add__(self, other: TrainingMemory) -> TrainingMemory:
        return TrainingMemory(
            self.weights + other.weights,
            self.gradients + other.gradients,
            self.state + other.state,
            self.kept + other.kept,
        )


@dataclass(frozen=True)
class DenseTwin:
    """A layer beside the dense one with the same inputs and outputs, biases apart.

    `weights` are those of the dense layer; `connections` are what the layer itself has, one for
    each output and value of its window; `unshared` are the parameters, biases included, if each
    cell had kernels of its own: None where none are shared.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.2.
    """

    inputs: int
    outputs: int
    connections: int
    unshared: int | None = None

    @property
    def weights(self) -> int:
        """One for each pair of an input and an output."""
        return self.inputs * self.outputs


def forward_values(rows: Sequence[LayerRow], *, activations: bool = False) -> int:
    """How many values an image leads to: the input, and the outputs of layers; see `COUNTED`."""
    left_out = _FORMS | _DROPOUTS | (frozenset() if activations else _BY_OUTPUT | _BY_INPUT)
    outputs = (row.shape for row in rows if row.shape and _kind(row) not in left_out)
    return prod(input_shape(rows)) + sum(map(prod, outputs))


def kept_for_backward(rows: Sequence[LayerRow]) -> dict[str, int]:
    """Bytes that each layer's output, or `INPUT`, takes until the backward pass of one image.

    That is how torch's own layers keep them; a layer of several steps may keep more, a
    normalisation its averages.  Each value counts once, at the layer that gave it.
    """
    sources = _sources(rows)
    needed = {sources.get(name, name) for row in rows if row.shape for name in _needs(row)}
    kept = {INPUT: BYTES_PER_VALUE * prod(input_shape(rows)) * (INPUT in needed)}
    for row in rows:
        kept[row.name] = (row.memory if row.name in needed else 0) + _notes(row)
    return kept


def training_memory(rows: Sequence[LayerRow], params: TrainingCost) -> dict[str, TrainingMemory]:
    """What training takes, by layer and for `INPUT`; see `COUNTED`."""
    kept = kept_for_backward(rows)
    weights = {row.name: BYTES_PER_VALUE * row.parameters for row in rows}
    return {
        name: TrainingMemory(
            weights.get(name, 0),
            weights.get(name, 0),
            weights.get(name, 0) * STATE[params.optimizer],
            size * params.batch,
        )
        for name, size in kept.items()
    }


def dense_twin(row: LayerRow) -> DenseTwin | None:
    """The dense layer in place of a layer with weights; None for any other."""
    if not row.shape or not row.macs or not row.parameters:
        return None
    places = prod(row.shape[1:])
    unshared = row.parameters * places if _kind(row) in _SHARING else None
    return DenseTwin(sum(map(prod, row.given)), prod(row.shape), row.macs, unshared)


def input_shape(rows: Sequence[LayerRow]) -> Shape:
    """The shape of the network's input; empty where no layer that fits reads it."""
    for row in rows:
        if row.given and row.reads[:1] == (INPUT,):
            return row.given[0]
    return ()


def account(
    name: str, rows: Sequence[LayerRow], params: TrainingCost | None = None
) -> dict[str, Any]:
    """The layer table of the network of that name, and its costs, as plain data.

    `layers` has an entry for each layer: `memory` is the bytes of its output for one sample,
    `receptive_field` its side in input pixels, None where it is the whole input or not known; where
    rows and columns differ it is a list of both, as are the numbers of `receptive_fields`.
    `total` sums them up.  `receptive_fields` and `as_dense` are by layer too, and see
    `ReceptiveField` and `DenseTwin`: a field is None where it is not known, and its `size` where
    it is the whole input; `memory`, of one image, and `training` say what they count.
    """
    return {
        "layers": [entry(row) for row in rows],
        "total": {key: sum(getattr(row, key) for row in rows) for key in _SUMMED},
        "receptive_fields": {row.name: _field(row.receptive_field) for row in rows},
        "as_dense": dict(_as_dense(rows)),
        "memory": _memory(name, rows),
        "training": _training(rows, params or TrainingCost()),
    }


def entry(row: LayerRow) -> dict[str, Any]:
    """A layer as plain data."""
    field = _field(row.receptive_field)
    return {
        "name": row.name,
        "kind": row.kind,
        "shape": row.shape and list(row.shape),
        "parameters": row.parameters,
        "macs": row.macs,
        "memory": row.memory,
        "receptive_field": field and field["size"],
    }


def _memory(name: str, rows: Sequence[LayerRow]) -> dict[str, Any]:
    values = {
        "outputs": forward_values(rows),
        "outputs_and_activations": forward_values(rows, activations=True),
    }
    ways: dict[str, Any] = {
        way: {"values": count, "bytes": count * BYTES_PER_VALUE, "counted": COUNTED[way]}
        for way, count in values.items()
    }
    kept = sum(kept_for_backward(rows).values())
    ways["kept_for_backward"] = {"bytes": kept, "counted": COUNTED["kept_for_backward"]}
    if name in SAID:
        counted = "said in the lectures; follows from none of these ways of counting"
        ways["said"] = {"text": SAID[name], "counted": counted}
    return ways


def _training(rows: Sequence[LayerRow], params: TrainingCost) -> dict[str, Any]:
    memory = sum(training_memory(rows, params).values(), TrainingMemory())
    return {
        "batch": params.batch,
        "optimizer": params.optimizer,
        "weights": memory.weights,
        "gradients": memory.gradients,
        "optimizer_state": memory.state,
        "kept_for_backward": memory.kept,
        "total": memory.total,
        "counted": COUNTED["training"],
    }


def _as_dense(rows: Sequence[LayerRow]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        twin = dense_twin(row)
        if twin is not None:
            yield (
                row.name,
                {
                    "inputs": twin.inputs,
                    "outputs": twin.outputs,
                    "weights": twin.weights,
                    "connections": twin.connections,
                    "unshared": twin.unshared,
                },
            )


def _field(field: ReceptiveField | None) -> dict[str, Any] | None:
    """The numbers of a receptive field; lists of two where it has other columns than rows."""
    if field is None:
        return None
    if field.wide is not None:
        down, across = (_field(one) or {} for one in (replace(field, wide=None), field.wide))
        return {name: [value, across[name]] for name, value in down.items()}
    jump = None if field.size is None else field.jump
    return {"size": field.size, "jump": jump, "centre": field.centre()}


def _sources(rows: Sequence[LayerRow]) -> dict[str, str]:
    """The layer whose memory a layer's output lies in: a vector of maps is those maps."""
    sources = {INPUT: INPUT}
    for row in rows:
        before = sources.get(row.reads[0], row.name) if row.reads else row.name
        sources[row.name] = before if _kind(row) in _FORMS else row.name
    return sources


def _needs(row: LayerRow) -> tuple[str, ...]:
    """The layers whose output the backward pass of this one needs."""
    kind = _kind(row)
    if kind in _BY_NEITHER:
        return ()
    # a ReLU with a limit cannot tell from its output what it was given
    limited = kind == "relu" and bool(row.summary)
    return (row.name,) if kind in _BY_OUTPUT and not limited else row.reads


def _notes(row: LayerRow) -> int:
    """Bytes that a layer keeps beside values: the places of maxima, the mask of a dropout."""
    if _kind(row) in _LARGEST:
        return _BYTES_PER_PLACE * prod(row.shape or (0,))
    return row.memory if _kind(row) in _DROPOUTS else 0


def _kind(row: LayerRow) -> str:
    return row.kind.lower()
