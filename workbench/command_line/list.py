"""Name what there is of one kind."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from core.errors import UserError
from core.options import options_of
from core.registry import Registry, nearest
from workbench.command_line._arguments import add_json, aligned
from workbench.command_line._benchmarks import benchmarks

Rows = list[dict[str, Any]]


def arguments(parser: ArgumentParser) -> None:
    """`KIND [--json]`."""
    parser.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    add_json(parser)


def run(options: Namespace) -> None:
    """Print the list.  Raises UserError for an unknown kind."""
    if options.kind not in KINDS:
        raise UserError(f"There is no kind {options.kind!r}{nearest(options.kind, KINDS)}")
    rows = KINDS[options.kind]()
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(aligned([(row["name"], row["title"], row["source"]) for row in rows]))


def _analyses() -> Rows:
    from core.analysis.declare import ANALYSES

    return [
        _row(name, a.title, a.source) | {"needs": a.needs, "params": _options(a.params)}
        for name, a in ANALYSES.items()
    ]


def _layers() -> Rows:
    from core.network.spec import LAYERS

    return [
        _row(name, kind.title, _summary(kind)) | {"group": kind.group, "params": _options(kind)}
        for name, kind in LAYERS.items()
    ]


def _presets() -> Rows:
    from core.network.presets import PRESETS

    return _registered(PRESETS)


def _models() -> Rows:
    """What MODEL can name: the presets, and torchvision's classifiers."""
    from core.data.torchvision_import import torchvision

    models = torchvision().models
    names = models.list_models(module=models)
    return _presets() + [_row(f"torchvision:{name}", name, "torchvision") for name in names]


def _datasets() -> Rows:
    from core.data.datasets import DATASETS

    return _registered(DATASETS)


def _cameras() -> Rows:
    from core.data.cameras import CAMERAS

    return [
        _row(name, kind.title, _summary(kind)) | {"params": _options(kind)}
        for name, kind in CAMERAS.items()
    ]


def _views() -> Rows:
    from workbench.view import VIEWS

    return [
        _row(name, view.title, _summary(view)) | {"workspace": view.workspace}
        for name, view in VIEWS.items()
    ]


def _commands() -> Rows:
    from workbench.command import COMMANDS

    return [_row(name, c.title, c.menu) | {"shortcut": c.shortcut} for name, c in COMMANDS.items()]


def _benchmarks() -> Rows:
    return [_row(name, bench.title, bench.module) for bench in benchmarks() for name in bench.names]


#: A function that lists each kind.
KINDS: dict[str, Callable[[], Rows]] = {
    "analyses": _analyses,
    "layers": _layers,
    "presets": _presets,
    "models": _models,
    "datasets": _datasets,
    "cameras": _cameras,
    "views": _views,
    "commands": _commands,
    "benchmarks": _benchmarks,
}


def _registered(registry: Registry[Any]) -> Rows:
    return [_row(name, thing.title, thing.source) for name, thing in registry.items()]


def _row(name: str, title: str, source: str) -> dict[str, Any]:
    return {"name": name, "title": title, "source": source}


def _options(params: type | None) -> Rows:
    if params is None:
        return []
    return [
        {
            "name": row.name,
            "default": row.default,
            "low": row.low,
            "high": row.high,
            "label": row.caption,
            "choices": list(row.choices),
        }
        for row in options_of(params)
    ]


def _summary(thing: type) -> str:
    """The first line of its docstring, where no publication is its source."""
    return (thing.__doc__ or "").strip().splitlines()[0]
