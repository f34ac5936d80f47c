"""Write a network in another form: source, words, JSON, ONNX, or its weights."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError
from core.paths import written_whole
from core.registry import nearest
from workbench.command_line._arguments import add_model, add_out, add_seed, open_snapshot

if TYPE_CHECKING:
    from core.network.snapshot import Snapshot
    from core.network.spec import ModelSpec


def arguments(parser: ArgumentParser) -> None:
    """`MODEL --to FORM [--training] [--out FILE]`."""
    add_model(parser)
    parser.add_argument("--to", metavar="FORM", required=True, help=" or ".join(FORMS))
    parser.add_argument("--training", action="store_true", help="python: a script that trains it")
    add_seed(parser)
    add_out(parser, "FILE", "the file to write; without it, text is printed", required=False)


def run(options: Namespace) -> None:
    """Write the file, or print the text.

    Raises UserError for an unknown form, or one that cannot be printed and has no file.
    """
    if options.to not in FORMS:
        raise UserError(f"There is no form {options.to!r}{nearest(options.to, FORMS)}")
    if options.training and options.to != "python":
        raise UserError(f"--training goes with --to python, not with --to {options.to}.")
    if options.out is None and options.to in FILES:
        raise UserError(f"--to {options.to} needs a file to write: --out FILE.")
    snapshot = open_snapshot(options)
    if options.to in FILES:
        FILES[options.to](snapshot, options.out)
        return
    text = TEXTS[options.to](snapshot, options)
    if options.out is None:
        print(text, end="")
        return
    with written_whole(options.out) as file:
        file.write(text.encode())


def _python(snapshot: Snapshot, options: Namespace) -> str:
    """A program that needs nothing but torch; to train, torchvision and safetensors as well."""
    from core.network.source import python_source

    return python_source(
        _spec(snapshot), training=options.training, preprocessing=snapshot.model.preprocessing
    )


def _json(snapshot: Snapshot, options: Namespace) -> str:
    """The description, which `open_model` reads; with its weights beside it, through `--spec`."""
    from core.network.snapshot import model_to_json

    _spec(snapshot)
    return json.dumps(model_to_json(snapshot.model), indent=1) + "\n"


def _notation(snapshot: Snapshot, options: Namespace) -> str:
    """The network in words, on one line, which MODEL takes in quotes."""
    from core.network.notation import write

    return write(_spec(snapshot)) + "\n"


def _save_onnx(snapshot: Snapshot, path: Path) -> None:
    """The network with its weights for other programs; says how far onnxruntime is from torch."""
    from core.network.onnx_export import save_onnx

    report = save_onnx(snapshot, path)
    print(
        f"{path}: {report.bytes:,} bytes, operator set {report.opset}; onnxruntime differs from "
        f"torch by at most {report.difference:.1e}"
    )


def _save_safetensors(snapshot: Snapshot, path: Path) -> None:
    """All weights, also those that are still as they were initialised, and how good they are."""
    from core.network.subject import Subject
    from core.network.weights import write_weights

    notes = {"step": str(snapshot.step), "metrics": json.dumps(dict(snapshot.metrics))}
    write_weights(path, Subject(snapshot).module.state_dict(), notes)


def _spec(snapshot: Snapshot) -> ModelSpec:
    """The layers.  Raises UserError for a network that was not described here."""
    if snapshot.model.spec is None:
        raise UserError(f"{snapshot.model.name} has no description: it was not built here.")
    return snapshot.model.spec


#: A function that gives the text of each form that is text.
TEXTS: dict[str, Callable[[Snapshot, Namespace], str]] = {
    "python": _python,
    "json": _json,
    "notation": _notation,
}

#: A function that writes the file of each form that is none.
FILES: dict[str, Callable[[Snapshot, Path], None]] = {
    "onnx": _save_onnx,
    "safetensors": _save_safetensors,
}
FORMS = (*TEXTS, *FILES)
