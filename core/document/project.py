"""Project files: what is open, as a zip of JSON and the weights that cannot be had elsewhere."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.data.source import Source
from core.document.document import Document
from core.errors import UserError
from core.network.loading import open_model
from core.network.snapshot import Model, Snapshot, model_from_json, model_to_json
from core.paths import written_whole

SUFFIX = ".cnnw"

#: The version of the JSON; a newer one is refused, an older one is brought up by `STEPS`.
SCHEMA = 1
#: The function at index n - 1 turns version n into version n + 1.
STEPS: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()

_DOCUMENT = "document.json"


def save_project(path: Path, document: Document, snapshots: Mapping[str, Snapshot]) -> None:
    """Write the document, and those of the snapshots that it names, as one file.

    Weights that come with a preset are kept as its name alone; a module without a description as
    the name by which it is made again, and its weights.
    Raises UserError if the file cannot be written, or a network could not be opened again.
    """
    named = {document.snapshot, *dict(document.pins).values()}
    kept = {identity: snapshots[identity] for identity in sorted(named) if identity in snapshots}
    files = {identity: _own_weights(snapshot) for identity, snapshot in kept.items()}
    content = {
        "schema": SCHEMA,
        "document": _document_to_json(document),
        "snapshots": {
            identity: _snapshot_to_json(snapshot, files[identity] is not None)
            for identity, snapshot in kept.items()
        },
    }
    with written_whole(path) as file, ZipFile(file, "w") as archive:
        archive.writestr(_DOCUMENT, json.dumps(content, indent=1), ZIP_DEFLATED)
        for identity, weights in files.items():
            if weights is not None:
                archive.writestr(
                    _weights_name(identity), safetensors.torch.save(weights), ZIP_STORED
                )


def open_project(path: Path) -> tuple[Document, dict[str, Snapshot]]:
    """What `save_project` kept.

    Raises UserError if the file is missing, is no project or only a part of one, or was written
    by a newer version.
    """
    try:
        with ZipFile(path) as archive:
            return _read(archive)
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"{path} could not be opened: {error.strerror or error}.") from error
    except _DAMAGE as error:
        raise UserError(
            f"{path.name} is not a project of CNN Workbench, or only a part of one."
        ) from error


_DAMAGE = (
    BadZipFile, EOFError, KeyError, TypeError, AttributeError, ValueError, NotImplementedError,
    SafetensorError, zlib.error,
)  # fmt: skip


def _read(archive: ZipFile) -> tuple[Document, dict[str, Snapshot]]:
    content = _current(json.loads(archive.read(_DOCUMENT)))
    snapshots = {}
    for identity, data in content["snapshots"].items():
        file = archive.read(_weights_name(identity)) if data["has_weights"] else None
        weights = None if file is None else safetensors.torch.load(file)
        snapshots[identity] = _snapshot_from_json(data, weights)
    return _document_from_json(content["document"]), snapshots


def _current(content: dict[str, Any]) -> dict[str, Any]:
    """The content in the present version."""
    version = content["schema"]
    if version > SCHEMA:
        raise UserError(
            f"This project was written by a newer version (format {version}, this one reads up "
            f"to {SCHEMA}); update CNN Workbench."
        )
    for step in STEPS[version - 1 :]:
        content = step(content)
    return content


def _document_to_json(document: Document) -> dict[str, Any]:
    return {
        "model": None if document.model is None else model_to_json(document.model),
        "snapshot": document.snapshot,
        "source": None if document.source is None else document.source.to_json(),
        "layer": document.layer,
        "unit": document.unit,
        "cell": document.cell,
        "target": document.target,
        "settings": {view: dict(values) for view, values in document.settings},
        "pins": dict(document.pins),
    }


def _document_from_json(data: Mapping[str, Any]) -> Document:
    return Document(
        model=None if data["model"] is None else model_from_json(data["model"]),
        snapshot=data["snapshot"],
        source=None if data["source"] is None else Source.from_json(data["source"]),
        layer=data["layer"],
        unit=int(data["unit"]),
        cell=None if data["cell"] is None else _cell(*map(int, data["cell"])),
        target=None if data["target"] is None else int(data["target"]),
        settings=tuple((view, tuple(values.items())) for view, values in data["settings"].items()),
        pins=tuple(data["pins"].items()),
    )


def _cell(row: int, column: int) -> tuple[int, int]:
    return row, column


def _snapshot_to_json(snapshot: Snapshot, has_weights: bool) -> dict[str, Any]:
    return {
        "model": model_to_json(snapshot.model),
        "step": snapshot.step,
        "metrics": dict(snapshot.metrics),
        "seed": snapshot.seed,
        "has_weights": has_weights,
    }


def _snapshot_from_json(data: Mapping[str, Any], weights: Mapping[str, Tensor] | None) -> Snapshot:
    model = model_from_json(data["model"])
    if model.spec is not None and weights is not None:
        return Snapshot(model, weights, data["step"], data["metrics"], data["seed"])
    opened = _open_again(model, data["seed"])
    kept = opened.weights if weights is None else weights
    return replace(opened, model=model, weights=kept, step=data["step"], metrics=data["metrics"])


def _own_weights(snapshot: Snapshot) -> dict[str, Tensor] | None:
    """The weights that a project has to hold; None for those that come with the network's origin.

    Raises UserError for a network that has neither a description nor an origin.
    """
    model = snapshot.model
    if model.spec is None and not model.origin:
        raise UserError(
            f"{model.name} was handed over by a program, so that a project could not open it "
            "again; open it as package.module:function, then save."
        )
    if model.origin.startswith("preset:") and _same(
        snapshot.weights, _open_again(model, snapshot.seed).weights
    ):
        return None
    weights = snapshot.weights or (snapshot.module.state_dict() if snapshot.module else {})
    # copies, as safetensors refuses tensors that share memory
    return {name: value.detach().cpu().contiguous().clone() for name, value in weights.items()}


def _open_again(model: Model, seed: int) -> Snapshot:
    preprocessing = model.preprocessing
    shape = None if model.spec else (preprocessing.channels, *preprocessing.size)
    return open_model(model.origin, input_shape=shape, seed=seed)


def _same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        value is other[name] or torch.equal(value, other[name]) for name, value in one.items()
    )


def _weights_name(identity: str) -> str:
    return f"snapshots/{identity}.safetensors"
