"""Show a network's layers: shapes, parameters, operations, memory, receptive fields."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.command_line._arguments import add_json, add_model, aligned, open_snapshot

_COUNTS = ("parameters", "macs", "memory")
_HEAD = (
    "name", "kind", "output", "parameters", "share", "MACs", "memory, bytes",
    "receptive field, px", "step, px", "centre of the first, px",
)  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    """`MODEL [--input C,H,W] [--spec FILE] [--json]`."""
    add_model(parser)
    add_json(parser)


def run(options: Namespace) -> None:
    """Print the layer table; as JSON, with all costs and what each of them counts."""
    description = _description(options)
    if options.json:
        print(json.dumps(description, ensure_ascii=False, indent=1))
    else:
        print(_table(description))


def _description(options: Namespace) -> dict[str, Any]:
    from core.network.costs import account
    from core.network.layer_table import layer_table
    from core.network.presets import PRESETS

    name = options.model.removeprefix("preset:")
    if name in PRESETS and not (options.json or options.input or options.weights):
        spec = PRESETS[name].spec()  # without torch, which takes a second or more to import
        return account(spec.name, layer_table(spec))
    from core.network.loading import describe  # torch

    return describe(open_snapshot(options), measure=options.json)


def _table(description: dict[str, Any]) -> str:
    fields, whole = description["receptive_fields"], description["total"]
    lines = [
        [
            row["name"],
            row["kind"],
            " x ".join(map(str, row["shape"] or ("does not fit",))),
            *_counts(row, whole["parameters"]),
            *_field(fields[row["name"]]),
        ]
        for row in description["layers"]
    ]
    total = ["total", "", "", *_counts(whole, 0), "", "", ""]
    table = aligned([_HEAD, *lines, *_idle(description), total], right=range(3, len(_HEAD)))
    return "\n".join((table, *_notes(description)))


def _idle(description: dict[str, Any]) -> Iterator[list[str]]:
    """The layers whose parameters count, and that do not run when the network looks."""
    whole = description["total"]["parameters"]
    for row in description.get("idle", ()):
        yield [row["name"], row["kind"], "does not run", *_counts(row, whole), "", "", ""]


def _notes(description: dict[str, Any]) -> Iterator[str]:
    """How the layers were found where they were not described, and how a file's weights fitted."""
    if description.get("read_by", "spec") != "spec":
        from core.network.foreign.reading import HOW_READ  # torch, which read it

        yield HOW_READ[description["read_by"]]
    weights = description.get("weights")
    if weights and weights["matched"] == weights["total"]:  # else it was said to be in part
        yield weights["sentence"]


def _counts(row: dict[str, Any], whole: int) -> tuple[str, ...]:
    parameters, *others = (f"{row[column]:,}" for column in _COUNTS)
    share = f"{row['parameters'] / whole:.1%}" if whole and row["parameters"] else ""
    return parameters, share, *others


def _field(field: dict[str, Any] | None) -> tuple[str, ...]:
    if field is None:
        return "not known", "", ""
    if field["size"] is None:
        return "all", "", ""
    return tuple(_figure(field[key]) for key in ("size", "jump", "centre"))


def _figure(value: float | Sequence[float | None] | None) -> str:
    """A number, or those of rows and columns where these differ: "1x7"."""
    if isinstance(value, Sequence):
        return "x".join(dict.fromkeys(map(_figure, value)))
    return "all" if value is None else f"{value:g}"
