"""A snapshot made runnable: what every analysis takes."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Sequence
from time import perf_counter

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.network.folding import folded
from core.network.foreign.reading import BY_HOOKS, BY_SPEC, Reading, read
from core.network.foreign.trace import first_line, tensors
from core.network.layer_table import LayerRow, layer_table
from core.network.network import Network, to_channels_last
from core.network.preprocessing import Prepared
from core.network.snapshot import Model, Snapshot
from core.network.spec import INPUT
from core.network.taps import given, tap
from core.registry import nearest
from core.results import Bytes

#: The name under which `outputs` gives what the whole network returns.
WHOLE = ""

NON_LINEARITIES = (
    nn.ReLU, nn.ReLU6, nn.Hardtanh, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Hardswish,
    nn.Sigmoid, nn.Tanh,
)  # fmt: skip

_NORMALISATIONS = (
    nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.GroupNorm, nn.LayerNorm,
)  # fmt: skip

#: Their kernels are those of the convolution that they turn round.
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


class Subject:
    """A private eval module with its layer table, preprocessing and classes.

    `read_by` says how the table came about: from the "spec", from the graph of torch.fx ("fx"),
    or from "hooks" on modules.  `idle` are layers with parameters that do not run.
    It belongs to one thread at a time; `subject_for` gives each lane its own.
    """

    def __init__(self, snapshot: Snapshot, device: str = "cpu") -> None:
        self.model: Model = snapshot.model
        self.device = device
        self.snapshot = snapshot
        module = _readied(_module(snapshot), snapshot, device)
        if self.model.spec is not None:  # other people's modules may `view` what a layer gives
            # 1.2 to 1.7 times as fast on a CPU
            to_channels_last(module)
            reading = Reading(module, layer_table(self.model.spec), (), BY_SPEC)
        else:
            reading = read(module, self.model.preprocessing.shape)
        self.module, self.table, self.idle, self.read_by = reading
        self._rows = {row.name: row for row in self.table}
        self._modules = dict(self.module.named_modules())
        self._frame: Bytes | None = None
        self._prepared: Prepared | None = None
        self._image: Tensor | None = None
        self._seen: dict[str, Tensor] = {}
        self._asked: set[str] = set()
        self._folded: tuple[nn.Module, frozenset[str]] | None = None
        #: What the forward passes for the present image have taken.
        self.forward_seconds = 0.0

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the input, in pixels."""
        return self.model.preprocessing.size

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; empty for a network without a classifier."""
        return self.model.classes

    def update(self, snapshot: Snapshot) -> None:
        """Take over the weights of another snapshot of the same model.

        A generator on a lane calls it after a yield with its own snapshot, as other work on that
        lane may have brought in others.
        """
        if snapshot is self.snapshot:
            return
        self.snapshot = snapshot
        if self.module.state_dict().keys() <= snapshot.weights.keys():
            load_weights(self.module, snapshot)
        else:  # what it lacks must not stay as the last snapshot had it
            self.module.load_state_dict(_module(snapshot).state_dict())
        self._image, self._seen, self._folded = None, {}, None

    def row(self, layer: str) -> LayerRow:
        """The table's row of a layer.  Raises UserError, naming the nearest, if there is none."""
        if layer not in self._rows:
            raise UserError(f"{self.model.name} has no layer {layer!r}{nearest(layer, self._rows)}")
        return self._rows[layer]

    def layer(self, name: str) -> nn.Module:
        """The torch module of a layer.  Raises UserError if there is none."""
        return self.module.get_submodule(self.row(name).name)

    def prepare(self, frame: Bytes) -> Prepared:
        """The network's input for a frame [H, W, 3] uint8, and the part of it that it shows.

        The same frame object gives the same image object, so that analyses share its outputs.
        """
        if self._prepared is None or self._frame is not frame:
            self._frame = frame
            self._prepared = self.model.preprocessing.prepare(frame, self.device)
        return self._prepared

    def outputs(self, image: Tensor, *layers: str) -> dict[str, Tensor]:
        """What the named layers give for one image [C, H, W], without the batch; `WHOLE`: all.

        One forward pass serves all calls for the same image object; it ends after the last of
        the layers asked for.
        """
        self._look(image, layers)
        self._asked.update(layers)
        return {name: self._seen[name] for name in layers}

    def inputs(self, image: Tensor, layer: str) -> tuple[Tensor, ...]:
        """What one layer is given for one image, without the batch.

        A module that was not described here may change values on the way from layer to layer, so
        it is watched once more; its parameters are not what a layer is given.
        """
        row = self.row(layer)
        if self.model.spec is None:
            with torch.inference_mode():
                parts = tensors(given(self.module, layer, image[None]))
                return tuple(part[0] for part in parts if not isinstance(part, nn.Parameter))
        outputs = self.outputs(image, *(name for name in row.reads if name != INPUT))
        return tuple(image if name == INPUT else outputs[name] for name in row.reads)

    def look_ahead(self, image: Tensor) -> None:
        """Run one forward pass for all layers that were asked for since the last call.

        The live path calls it with each frame: what was looked at in the last one is looked at
        in this one too, so that the analyses of all docks share one pass.
        """
        asked, self._asked = self._asked, set()
        self._look(image, tuple(asked))

    def fastest(self, *layers: str) -> nn.Module:
        """The module to run where only the outputs of these layers are looked at.

        Its normalisations are folded into the convolutions before them, unless one of these
        convolutions is among the layers: 1.4 times as fast with EfficientNet-Lite0 on a CPU.
        """
        if not isinstance(self.module, Network):
            return self.module
        if self._folded is None:
            self._folded = folded(self.module)
        module, taken_in = self._folded
        return self.module if taken_in.intersection(layers) else module

    def probabilities(self, images: Tensor) -> Tensor:
        """The class probabilities [B, N] for a batch of images [B, C, H, W]."""
        layer = self.scores_layer
        module = self.fastest(layer)
        with torch.inference_mode(), tap(module, layer, stop=True) as seen:
            module(images)
        return _tensor(layer, seen[layer]).flatten(1).softmax(1)

    def scores(self, image: Tensor) -> Tensor:
        """The class scores [N] (logits) for one image."""
        return self.outputs(image, self.scores_layer)[self.scores_layer].flatten()

    @property
    def scores_layer(self) -> str:
        """The layer whose output are logits: the last, or the one that a final softmax reads."""
        last = self.table[-1] if self.table else None
        if last is not None and isinstance(self._modules[last.name], nn.Softmax):
            return last.reads[0] if last.reads and last.reads[0] in self._rows else WHOLE
        return WHOLE

    def class_name(self, index: int) -> str:
        """The name of a class; one that the model has no name for is numbered."""
        return self.classes[index] if index < len(self.classes) else f"class {index}"

    def target_or_best(self, image: Tensor, target: int | None) -> int:
        """`target`, or the most probable class.  Raises UserError without such a class."""
        self.require_classifier()
        count = self.scores(image).numel()
        if target is None:
            return int(self.scores(image).argmax())
        if not 0 <= target < count:
            raise UserError(
                f"{self.model.name} has {count} classes, 0 to {count - 1}; there is no {target}."
            )
        return target

    def require_classifier(self) -> None:
        """Raises UserError if the network has no classes."""
        if not self.classes:
            raise UserError(
                f"{self.model.name} has no classes: it ends in {self.table[-1].name}. "
                "Open a classifier such as EfficientNet-Lite0."
            )

    def check_reads_pictures(self) -> None:
        """Raises UserError for a network that reads signals or clips."""
        form = self.model.preprocessing.form
        if form != "picture":
            raise UserError(
                f"{self.model.name} reads a {form}, and this looks at pictures; choose a network "
                "that reads pictures."
            )

    def before(self, layer: str) -> str:
        """The layer that holds `layer`'s values before the non-linearity."""
        row = self.row(layer)
        if isinstance(self._modules[layer], NON_LINEARITIES) and row.reads:
            source = row.reads[0]
            return source if source in self._rows else layer
        return layer

    def after(self, layer: str) -> str:
        """The layer that holds `layer`'s values after the non-linearity that follows it, if any."""
        name = self.row(layer).name
        while True:
            readers = [row for row in self.table if name in row.reads]
            if len(readers) != 1:
                return layer
            module = self._modules[readers[0].name]
            if isinstance(module, NON_LINEARITIES):
                return readers[0].name
            if not isinstance(module, nn.BatchNorm2d):
                return layer
            name = readers[0].name

    def kernels(self, layer: str, dims: Sequence[int] = (2,)) -> Tensor:
        """The kernels [N, C, k, k] of a convolution; [N, C, k] and [N, C, k, k, k] if in `dims`.

        Raises UserError for any other layer.
        """
        weight = _kernels(self.layer(layer), dims)
        if weight is None:
            raise self._no_kernels(layer, dims)
        return weight.detach().contiguous()

    def kernel_layer(self, layer: str, dims: Sequence[int] = (2,)) -> str:
        """The convolution that made the maps of a layer: itself, or one further up.

        In between are only layers that change each map by itself: non-linearities, poolings,
        normalisations.  Raises UserError where there is none.
        """
        name = layer
        while _kernels(self.layer(name), dims) is None:
            row = self.row(name)
            source = self._rows.get(row.reads[0]) if len(row.reads) == 1 else None
            if source is None or not _is_map_by_map(self.layer(name), row, source):
                raise self._no_kernels(layer, dims)
            name = source.name
        return name

    def _no_kernels(self, layer: str, dims: Sequence[int]) -> UserError:
        fitting = self.convolutions(dims)
        there = f"choose {fitting[0]}" if fitting else "open a network that has some"
        which = "" if len(dims) > 1 else f" in {dims[0]} dimensions"
        return UserError(f"{layer} has no kernels{which}; {there}.")

    def convolutions(self, dims: Sequence[int] = (2,)) -> tuple[str, ...]:
        """The names of the layers whose kernels slide along so many sides."""
        modules = ((row.name, self._modules.get(row.name)) for row in self.table)
        return tuple(name for name, module in modules if _kernels(module, dims) is not None)

    def feature_layers(self) -> tuple[str, ...]:
        """The names of the layers that give maps [C, h, w]."""
        return tuple(row.name for row in self.table if row.shape and len(row.shape) == 3)

    def _look(self, image: Tensor, layers: Sequence[str]) -> None:
        """Keep what the named layers give for the image, in one forward pass at most."""
        if self._image is not image:
            self._image, self._seen, self.forward_seconds = image, {}, 0.0
        missing = [name for name in layers if name not in self._seen]
        for name in missing:
            if name != WHOLE:
                self.row(name)
        if missing:
            began = perf_counter()
            module = self.fastest(*missing)
            copied = self.read_by == BY_HOOKS  # functions between the layers may write over them
            with torch.inference_mode(), tap(module, *missing, stop=True, copied=copied) as seen:
                module(image[None])
            self.forward_seconds += perf_counter() - began
            unseen = [name for name in missing if name not in seen]
            if unseen:
                raise UserError(f"Layer {unseen[0]!r} does not run when {self.model.name} does.")
            self._seen |= {name: _tensor(name, output)[0] for name, output in seen.items()}


class _Cache(threading.local):
    """The subjects of this thread, the most recently used last."""

    def __init__(self) -> None:
        self.subjects: OrderedDict[tuple[Model, str, int], Subject] = OrderedDict()


_cache = _Cache()
#: Models that a lane keeps ready: the open one, and the two that docks are pinned to.
KEPT = 3


def subject_for(snapshot: Snapshot, device: str = "cpu") -> Subject:
    """The calling thread's own subject for a snapshot; one module serves those of a model."""
    for key, known in _cache.subjects.items():  # a large network's hash takes 0.1 ms
        if known.snapshot is snapshot and known.device == device:
            _cache.subjects.move_to_end(key)
            return known
    key = (snapshot.model, device, id(snapshot.module))
    subject = _cache.subjects.pop(key, None)
    if subject is None:
        subject = Subject(snapshot, device)
    subject.update(snapshot)
    _cache.subjects[key] = subject
    while len(_cache.subjects) > KEPT:
        _cache.subjects.popitem(last=False)
    return subject


def _module(snapshot: Snapshot) -> nn.Module:
    spec = snapshot.model.spec
    if spec is not None:
        module: nn.Module = Network(spec, snapshot.seed)
        load_weights(module, snapshot)
        return module
    if snapshot.module is None:
        raise ValueError(f"{snapshot.model.name} has neither a spec nor a module")
    try:
        module = copy.deepcopy(snapshot.module)
    except (RuntimeError, TypeError) as error:  # what torch says of values kept with their graph
        raise UserError(f"{snapshot.model.name} cannot be copied: {first_line(error)}.") from error
    for part in module.modules():
        if hasattr(part, "inplace"):
            part.__dict__["inplace"] = False  # a tap must see the values before the non-linearity
    if snapshot.weights:
        load_weights(module, snapshot)
    return module


def _readied(module: nn.Module, snapshot: Snapshot, device: str) -> nn.Module:
    """The module on a device, for looking alone.  Raises UserError for one that cannot be so."""
    try:
        return module.to(device).eval().requires_grad_(False)
    except RuntimeError as error:  # a script of torch.jit, a module on the device "meta"
        if snapshot.model.spec is not None:
            raise
        raise UserError(
            f"{snapshot.model.name} cannot be looked into: {first_line(error)}."
        ) from error


def load_weights(module: nn.Module, snapshot: Snapshot) -> None:
    """Copy the weights that match in name and shape; the rest keeps its initial values."""
    own = module.state_dict()
    with torch.no_grad():
        for name, value in snapshot.weights.items():
            if name in own and own[name].shape == value.shape:
                own[name].copy_(value)


def _kernels(module: nn.Module | None, dims: Sequence[int]) -> Tensor | None:
    """What a module weighs windows with [N, C, …], learned or fixed; None if it does not."""
    if isinstance(module, (nn.LayerNorm, *TRANSPOSED)):  # [C, h, w] of places, [C, N, …]
        return None
    weight = getattr(module, "weight", None)
    return weight if isinstance(weight, Tensor) and weight.ndim - 2 in dims else None


def _is_map_by_map(module: nn.Module, row: LayerRow, source: LayerRow) -> bool:
    """Whether a layer makes each of its maps from the one of the same number in its source."""
    shape, given = row.shape or (), source.shape or ()
    is_fixed = row.parameters == 0 or isinstance(module, _NORMALISATIONS)
    return is_fixed and len(shape) == len(given) > 1 and shape[0] == given[0]


def _tensor(name: str, output: object) -> Tensor:
    if isinstance(output, (tuple, list)):
        output = output[0]
    if isinstance(output, dict):
        output = next(iter(output.values()))
    if not isinstance(output, Tensor):
        raise UserError(f"{name or 'The network'} gives {type(output).__name__}, not a tensor.")
    return output
