"""Show a network's layers: shapes, parameters, operations, memory, receptive fields."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from workbench.command_line._arguments import add_json, add_model, aligned, open_snapshot

_COUNTS = ("parameters", "macs", "memory")
_HEAD = ("name", "kind", "output", "parameters", "MACs", "memory, bytes", "receptive field, px")


def arguments(parser: ArgumentParser) -> None:
    """`MODEL [--input C,H,W] [--spec FILE] [--json]`."""
    add_model(parser)
    add_json(parser)


def run(options: Namespace) -> None:
    """Print the layer table."""
    from core.network.loading import describe  # torch
    from core.network.subject import subject_for

    description = describe(subject_for(open_snapshot(options)))
    if options.json:
        print(json.dumps(description, ensure_ascii=False, indent=1))
    else:
        print(_table(description))


def _table(description: dict[str, Any]) -> str:
    lines = [
        [
            row["name"],
            row["kind"],
            " x ".join(map(str, row["shape"] or ("does not fit",))),
            *(f"{row[column]:,}" for column in _COUNTS),
            row["receptive_field"] or "all",
        ]
        for row in description["layers"]
    ]
    total = ["total", "", "", *(f"{description['total'][column]:,}" for column in _COUNTS), ""]
    return aligned([_HEAD, *lines, total], right=range(3, 7))
