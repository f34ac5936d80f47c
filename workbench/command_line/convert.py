"""Write a network in another form: its description as JSON, or its weights."""

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


def arguments(parser: ArgumentParser) -> None:
    """`MODEL --to FORM --out FILE`."""
    add_model(parser)
    parser.add_argument("--to", metavar="FORM", required=True, help=" or ".join(FORMS))
    add_seed(parser)
    add_out(parser, "FILE", "the file to write")


def run(options: Namespace) -> None:
    """Write the file.  Raises UserError for an unknown form."""
    if options.to not in FORMS:
        raise UserError(f"There is no form {options.to!r}{nearest(options.to, FORMS)}")
    FORMS[options.to](open_snapshot(options), options.out)


def _write_json(snapshot: Snapshot, path: Path) -> None:
    """The description, which `open_model` reads; with its weights beside it, through `--spec`."""
    from core.network.snapshot import model_to_json

    if snapshot.model.spec is None:
        raise UserError(f"{snapshot.model.name} has no description: it was not built here.")
    with written_whole(path) as file:
        file.write(json.dumps(model_to_json(snapshot.model), indent=1).encode() + b"\n")


def _write_safetensors(snapshot: Snapshot, path: Path) -> None:
    """All weights, also those that are still as they were initialised, and how good they are."""
    from core.network.subject import Subject
    from core.network.weights import write_weights

    notes = {"step": str(snapshot.step), "metrics": json.dumps(dict(snapshot.metrics))}
    write_weights(path, Subject(snapshot).module.state_dict(), notes)


#: A function that writes each form.
FORMS: dict[str, Callable[[Snapshot, Path], None]] = {
    "json": _write_json,
    "safetensors": _write_safetensors,
}
