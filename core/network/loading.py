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
from core.network.geometry import layer_table
from core.network.libraries import fitted, from_function, from_timm, from_torchvision, numbered
from core.network.presets import PRESETS
from core.network.snapshot import Model, Snapshot, model_from_json
from core.network.spec import Shape
from core.network.subject import Subject
from core.network.weights import read_metadata, read_weights, state_of

log = logging.getLogger(__name__)

_WEIGHTS = (".safetensors", ".pt", ".pth")

#: The files of a run's folder.
DESCRIPTION, CHECKPOINT = "model.json", "checkpoint.safetensors"


def open_model(
    text: str,
    *,
    input_shape: Shape | None = None,
    spec_file: Path | None = None,
    seed: int = 0,
) -> Snapshot:
    """The network that `text` names.

    That is a preset ("lenet5"); "torchvision:resnet18" or "timm:…", whose weights are random
    unless their file is cached already; "package.module:function" that gives an nn.Module; the
    folder of a training run; the JSON of a spec; or a file of weights with its `spec_file`.
    `input_shape` [C, H, W] replaces the network's own.  Weights that are missing come from
    `seed`.  Raises UserError, naming the nearest, if there is no such network, or it is damaged.
    """
    text = text.removeprefix("preset:")
    library, _, name = text.partition(":")
    path = Path(text)
    if text in PRESETS:
        snapshot = _open_preset(text, seed)
    elif library == "torchvision":
        return from_torchvision(name, input_shape, seed)
    elif library == "timm":
        return from_timm(name, input_shape, seed)
    elif path.is_dir():
        snapshot = _open_run(path, seed)
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


def describe(subject: Subject) -> dict[str, Any]:
    """The layer table as plain data: one entry a layer, and the totals.

    `memory` is in bytes for one sample, `receptive_field` in input pixels: None where it is the
    whole input, or not known.
    """
    layers = [
        {
            "name": row.name,
            "kind": row.kind,
            "shape": row.shape and list(row.shape),
            "parameters": row.parameters,
            "macs": row.macs,
            "memory": row.memory,
            "receptive_field": row.receptive_field and row.receptive_field.size,
        }
        for row in subject.table
    ]
    counted = ("parameters", "macs", "memory")
    total = {name: sum(getattr(row, name) for row in subject.table) for name in counted}
    return {"layers": layers, "total": total}


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
    _check_match(folder / CHECKPOINT, model, weights)
    notes = read_metadata(folder / CHECKPOINT)
    try:
        step, metrics = int(notes.get("step", 0)), json.loads(notes.get("metrics", "{}"))
    except ValueError as error:
        raise UserError(f"The checkpoint of {folder} is damaged ({error}); train anew.") from error
    return Snapshot(model, weights, step, metrics, seed)


def _open_weights(path: Path, spec_file: Path | None, seed: int) -> Snapshot:
    if spec_file is None:
        raise UserError(
            f"{path.name} holds weights alone; name the JSON of the network's spec beside it "
            "(--spec FILE)."
        )
    model = replace(_described(spec_file), origin="")
    weights = read_weights(path)
    _check_match(path, model, weights)
    return Snapshot(model, weights, seed=seed)


def _described(path: Path) -> Model:
    """The model that a JSON file describes, its classes numbered where it does not name them."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UserError(f"{path.name} is not JSON, or only a part of it: {error}.") from error
    model = model_from_json(data)
    if model.spec is None:
        raise UserError(f"{path.name} describes no layers; open {model.origin or 'its program'}.")
    table = layer_table(model.spec)
    return model if model.classes or not table else replace(
        model, classes=numbered(table[-1].shape)
    )  # fmt: skip


def _check_match(path: Path, model: Model, weights: Mapping[str, Tensor]) -> None:
    """Says so where only a part of the weights fits; raises UserError where none does."""
    if model.spec is None:
        return
    own = state_of(model.spec)
    fitting = [n for n, value in own.items() if n in weights and weights[n].shape == value.shape]
    found = f"{len(fitting)} of the {len(own)} tensors of {model.name}"
    if own and not fitting:
        raise UserError(
            f"{path.name} fits {found}: its {len(weights)} tensors are those of another network."
        )
    if len(fitting) < len(own):
        missing = next(name for name in own if name not in fitting)
        log.warning("%s fits %s; %s and the others are random.", path.name, found, missing)


def _with_input(snapshot: Snapshot, shape: Shape) -> Snapshot:
    """The same layers and weights behind an input of another shape."""
    model = snapshot.model
    preprocessing = fitted(model.preprocessing, shape)
    spec = model.spec and replace(model.spec, input=shape)
    return replace(snapshot, model=replace(model, preprocessing=preprocessing, spec=spec))
