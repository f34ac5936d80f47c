"""Measure the performance contract on this machine, beside the peers that are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from core.errors import UserError
from core.registry import nearest
from workbench.command_line._arguments import add_json, aligned
from workbench.command_line._benchmarks import CHECKOUT, Benchmark, benchmarks


def arguments(parser: ArgumentParser) -> None:
    """`[NAME…] [--json]`."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="rows or modules; by default all")
    add_json(parser)


def run(options: Namespace) -> None:
    """Print the rows.  Raises UserError for an unknown name, or without a source checkout."""
    wanted = set(options.names)
    rows = [
        row
        for benchmark in _chosen(options.names)
        for row in _measured(benchmark)
        if not wanted or row["name"] in wanted or benchmark.stem in wanted
    ]
    print(json.dumps(rows, indent=1) if options.json else _table(rows))


def _chosen(names: list[str]) -> list[Benchmark]:
    known = benchmarks()
    every = {name for b in known for name in (b.stem, *b.names)}
    for name in names:
        if name not in every:
            raise UserError(f"There is no benchmark {name!r}{nearest(name, every)}")
    return [b for b in known if not names or {b.stem, *b.names} & set(names)]


def _measured(benchmark: Benchmark) -> list[dict[str, Any]]:
    """The rows of one module, measured in a process of its own: nothing else runs there."""
    if sys.stderr.isatty():
        print(f"Measuring {', '.join(benchmark.names)} …", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", benchmark.module],
        cwd=CHECKOUT,
        env={"QT_QPA_PLATFORM": "offscreen"} | os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise UserError(f"The benchmark {benchmark.stem} failed: {said[-1]}")
    rows: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def _table(rows: list[dict[str, Any]]) -> str:
    head = ("name", "ours", "peer", "unit", "ratio", "equal")
    lines = [[_figure(row[column]) for column in head] for row in rows]
    return aligned([head, *lines], right=(1, 2, 4))


def _figure(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "-" if value is None else str(value)
