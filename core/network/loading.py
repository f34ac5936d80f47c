"""Open a network by its name, or from a file."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torch import Tensor

from core.errors import UserError
from core.network.allocation import measured_bytes
from core.network.costs import COUNTED, account, entry
from core.network.foreign.libraries import (
    fitted,
    from_function,
    from_timm,
    from_torchvision,
    numbered,
)
from core.network.foreign.reading import BY_SPEC
from core.network.layer_table import LayerRow, layer_table, require_fit
from core.network.matching import Match, match
from core.network.moments import moment_of_run, named_moment
from core.network.notation import is_notation, read
from core.network.presets import PRESETS
from core.network.run_files import CHECKPOINT, DESCRIPTION
from core.network.snapshot import Model, Snapshot, model_from_json, plain
from core.network.spec import Shape
from core.network.subject import Subject, subject_for
from core.network.weights import read_metadata, read_weights, state_of

log = logging.getLogger(__name__)

_WEIGHTS = (".safetensors", ".pt", ".pth")

#: What a network is called that is described in words alone.
_IN_WORDS = "Network"


def open_model(
    text: str,
    *,
    input_shape: Shape | None = None,
    spec_file: Path | None = None,
    weights_file: Path | None = None,
    seed: int = 0,
) -> Snapshot:
    """The network that `text` names.

    That is a preset ("lenet5"); "torchvision:resnet18" or "timm:…", whose weights are random
    unless their file is cached already; "package.module:function" that gives an nn.Module; the
    folder of a training run, or "RUN@STEP" for how it was then; the JSON of a spec; a file of
    weights with its `spec_file`; or a network in words ("input 1x28x28 | conv 6@5x5 relu |
    flatten | dense 10").
    `input_shape` [C, H, W] replaces the network's own, `weights_file` its weights, as far as
    they fit.  Weights that are missing come from `seed`.
    Raises UserError, naming the nearest, if there is no such network, or it is damaged.
    """
    snapshot = _opened(text, input_shape, spec_file, seed)
    return snapshot if weights_file is None else with_weights(snapshot, weights_file)


def with_weights(snapshot: Snapshot, path: Path) -> Snapshot:
    """The same network with the weights of a file; its `match` says how far they fit.

    What the file lacks stays as it is.  Raises UserError if nothing fits, or it cannot be read.
    """
    found = _matched(path, snapshot, read_weights(path))
    # a spec's own weights come from the seed, where they are needed
    before = {} if snapshot.model.spec is not None else _state_of(snapshot)
    weights = {**before, **snapshot.weights, **found.weights}
    return replace(snapshot, weights=weights, step=0, metrics={}, match=found)


def _opened(text: str, input_shape: Shape | None, spec_file: Path | None, seed: int) -> Snapshot:
    """What `open_model` opens, with its own weights."""
    text = text.removeprefix("preset:")
    library, _, name = text.partition(":")
    path = Path(text or " ")  # as no text would be the folder that one is in
    if text in PRESETS:
        snapshot = _open_preset(text, seed)
    elif is_notation(text):  # first, as no file has so long a name
        snapshot = _open_words(text, input_shape, seed)
    elif library == "torchvision":
        return from_torchvision(name, input_shape, seed)
    elif library == "timm":
        return from_timm(name, input_shape, seed)
    elif path.is_dir():
        snapshot = _open_run(path, seed)
    elif (moment := named_moment(text)) is not None:
        snapshot = _open_moment(*moment)
    elif path.suffix in _WEIGHTS:
        snapshot = _open_weights(path, spec_file, seed)
    elif path.suffix == ".json":
        snapshot = Snapshot(_described(path), seed=seed)
    elif name and all(part.isidentifier() for part in (*library.split("."), name)):
        return from_function(text, input_shape, seed)
    elif path.exists():
        raise UserError(
            f"{path.name} is not a network; choose a file of weights ({', '.join(_WEIGHTS)}), a "
            "spec (.json) or the folder of a run."
        )
    else:
        PRESETS[text]  # which says that there is none, and names the nearest
    return snapshot if input_shape is None else _with_input(snapshot, input_shape)


def describe(network: Subject | Snapshot, *, measure: bool = True) -> dict[str, Any]:
    """The layer table and all costs as plain data: see `costs.account`.

    With `measure`, `memory` also says what torch saves for the backward pass of one image: that
    takes a forward pass.  `read_by` says how the layers were found, see `Subject`; `idle` are
    layers whose parameters count in `total`, and that do not run; `weights` says how a file of
    weights fitted, where there was one.
    Raises UserError, naming the layer, if one does not fit, or if the forward pass fails.
    """
    snapshot = network if isinstance(network, Snapshot) else network.snapshot
    spec, read_by = snapshot.model.spec, BY_SPEC
    idle: tuple[LayerRow, ...] = ()
    if spec is not None:
        table = layer_table(spec)
    else:
        subject = network if isinstance(network, Subject) else subject_for(snapshot)
        table, idle, read_by = subject.table, subject.idle, subject.read_by
    require_fit(snapshot.model.name, table)
    told = account(snapshot.model.name, table)
    told["total"]["parameters"] += sum(row.parameters for row in idle)
    told |= {"read_by": read_by, "idle": [entry(row) for row in idle]}
    told["weights"] = snapshot.match and snapshot.match.to_json()
    if measure and table:
        told["memory"]["measured"] = _measured(snapshot)
    return told


def _measured(snapshot: Snapshot) -> dict[str, Any]:
    """What torch saves for a backward pass, or why a module of others cannot run for it."""
    try:
        return {"bytes": measured_bytes(snapshot), "counted": COUNTED["measured"]}
    except UserError as error:  # Inception's normalisation wants more than one image to learn
        if snapshot.model.spec is not None:
            raise
        return {"bytes": None, "counted": str(error)}


def _open_preset(name: str, seed: int) -> Snapshot:
    preset = PRESETS[name]
    spec = preset.spec()
    model = Model(preset.title, preset.preprocessing, spec, f"preset:{name}", preset.classes())
    return Snapshot(model, _preset_weights(name), seed=seed)


@lru_cache(maxsize=4)
def _preset_weights(name: str) -> Mapping[str, Tensor]:
    """The weights of a preset, read once: all its snapshots share them."""
    preset = PRESETS[name]
    return MappingProxyType(dict(preset.weights(preset.spec())) if preset.weights else {})


def _open_run(folder: Path, seed: int) -> Snapshot:
    """The last checkpoint of a training run."""
    if not (folder / DESCRIPTION).exists():
        raise UserError(f"The folder {folder} holds no training run: it has no {DESCRIPTION}.")
    if not (folder / CHECKPOINT).exists():
        raise UserError(f"The run {folder} has no checkpoint yet; let it train on.")
    model = replace(_described(folder / DESCRIPTION), origin=str(folder))
    kept = read_weights(folder / CHECKPOINT)
    # what else training needs to go on is kept under names with a slash
    weights = {name: value for name, value in kept.items() if "/" not in name}
    _matched(folder / CHECKPOINT, Snapshot(model), weights)
    notes = read_metadata(folder / CHECKPOINT)
    try:
        step, metrics = int(notes.get("step", 0)), json.loads(notes.get("metrics", "{}"))
    except ValueError as error:
        raise UserError(f"The checkpoint of {folder} is damaged ({error}); train anew.") from error
    return Snapshot(model, weights, step, metrics, seed)


def _open_moment(folder: Path, step: int) -> Snapshot:
    """A training run as it was at a step."""
    model = _described(folder / DESCRIPTION)
    return moment_of_run(folder, step, replace(model, origin=f"{folder}@{step}"))


def _open_words(text: str, input_shape: Shape | None, seed: int) -> Snapshot:
    """The network that is described in words."""
    spec = read(text, name=_IN_WORDS, input=input_shape)
    return Snapshot(_classified(Model(spec.name, plain(spec.input), spec)), seed=seed)


def _open_weights(path: Path, spec_file: Path | None, seed: int) -> Snapshot:
    if spec_file is None:
        raise UserError(
            f"{path.name} holds weights alone; name the JSON of the network's spec beside it "
            "(--spec FILE)."
        )
    return with_weights(Snapshot(replace(_described(spec_file), origin=""), seed=seed), path)


def _described(path: Path) -> Model:
    """The model that a JSON file describes, its classes numbered where it does not name them."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is not JSON, or only a part of it: {error}.") from error
    model = model_from_json(data)
    if model.spec is None:
        raise UserError(f"{path.name} describes no layers; open {model.origin or 'its program'}.")
    return _classified(model)


def _classified(model: Model) -> Model:
    """The model with its classes numbered, where it does not name them and ends in a vector."""
    table = layer_table(model.spec) if model.spec is not None else ()
    known = model.classes or not table
    return model if known else replace(model, classes=numbered(table[-1].shape))


def _matched(path: Path, snapshot: Snapshot, given: Mapping[str, Tensor]) -> Match:
    """The tensors of a file that fit the network; says so where they do in part, or in order.

    Raises UserError if none does.
    """
    name, own = snapshot.model.name, _state_of(snapshot)
    shapes = {key: tuple(value.shape) for key, value in own.items()}
    # safetensors sorts what it keeps
    found = match(shapes, given, ordered=path.suffix != ".safetensors")
    weights = {key: value.to(own[key].dtype) for key, value in found.weights.items()}
    found = replace(found, weights=weights, file=path.name, network=name)
    if own and not found.weights:
        raise UserError(
            f"{path.name} fits 0 of the {len(own)} tensors of {name}: its {len(given)} tensors "
            "are those of another network."
        )
    level = logging.INFO if found.is_whole and not found.in_order else logging.WARNING
    log.log(level, "%s", found.sentence)
    return found


def _state_of(snapshot: Snapshot) -> Mapping[str, Tensor]:
    """The network's own tensors by name; those of a spec hold no memory."""
    if snapshot.model.spec is not None:
        return state_of(snapshot.model.spec)
    return snapshot.module.state_dict() if snapshot.module is not None else {}


def _with_input(snapshot: Snapshot, shape: Shape) -> Snapshot:
    """The same layers and weights behind an input of another shape."""
    model = snapshot.model
    preprocessing = fitted(model.preprocessing, shape)
    spec = model.spec and replace(model.spec, input=shape)
    return replace(snapshot, model=replace(model, preprocessing=preprocessing, spec=spec))
