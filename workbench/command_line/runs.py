"""List, search, compare and export the runs of the catalogue."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.registry import nearest
from workbench.command_line._arguments import add_json, add_out, aligned

if TYPE_CHECKING:
    from core.training.catalogue import Entry


def arguments(parser: ArgumentParser) -> None:
    """`[ACTION [RUN…]] [options]`."""
    parser.add_argument(
        "action", metavar="ACTION", nargs="?", default="list", help=" or ".join(ACTIONS)
    )
    parser.add_argument(
        "given", metavar="RUN", nargs="*", help="a number, name or folder; search: words"
    )
    parser.add_argument("--to", metavar="FORM", default="csv", help="export: csv or tensorboard")
    add_out(parser, "PATH", "export: the file, or for tensorboard the folder", required=False)
    add_json(parser)


def run(options: Namespace) -> None:
    """Do what the action says.  Raises UserError for an unknown action or run."""
    if options.action not in ACTIONS:
        raise UserError(f"There is no action {options.action!r}{nearest(options.action, ACTIONS)}")
    ACTIONS[options.action](options)


def _list(options: Namespace) -> None:
    """All runs, the one that was last heard of first."""
    from core.training.catalogue import Catalogue

    if options.given:
        raise UserError("`runs list` takes no words; use `runs search`.")
    _print(Catalogue().list(), options)


def _search(options: Namespace) -> None:
    """The runs in which all words occur."""
    from core.training.catalogue import Catalogue

    _print(Catalogue().search(" ".join(options.given)), options)


def _compare(options: Namespace) -> None:
    """Runs side by side, a column a run."""
    from core.training.catalogue import Catalogue

    catalogue = Catalogue()
    table = catalogue.compare([catalogue.find(text).id for text in _named(options)])
    if options.json:
        plain = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print(aligned([table.columns, *([_figure(cell) for cell in row] for row in table.rows)]))


def _export(options: Namespace) -> None:
    """The curves of a run, for other programs."""
    from core.training.export_run import export_run

    (text,) = _named(options, 1)
    if options.out is None:
        raise UserError("Name where to write: --out PATH.")
    export_run(_folder(text), options.to, options.out)


def _add(options: Namespace) -> None:
    """Runs that were trained elsewhere, or moved."""
    from core.training.catalogue import Catalogue
    from core.training.run_folders import add_folder  # torch

    for text in _named(options):
        add_folder(Catalogue(), Path(text))


def _remove(options: Namespace) -> None:
    """Forget runs; their folders stay."""
    from core.training.catalogue import Catalogue

    catalogue = Catalogue()
    for text in _named(options):
        catalogue.remove(catalogue.find(text).id)


#: What is done with runs.
ACTIONS: dict[str, Callable[[Namespace], None]] = {
    "list": _list,
    "search": _search,
    "compare": _compare,
    "export": _export,
    "add": _add,
    "remove": _remove,
}


def _named(options: Namespace, count: int = 0) -> Sequence[str]:
    """The runs that are named.  Raises UserError if there is none, or not `count` of them."""
    given: Sequence[str] = options.given
    if not given or (count and len(given) != count):
        raise UserError(f"`runs {options.action}` takes {count or 'one or several'} RUN.")
    return given


def _folder(text: str) -> Path:
    """A run's folder, which needs not be in the catalogue."""
    from core.training.catalogue import Catalogue

    folder = Path(text)
    return folder if folder.is_dir() else Catalogue().find(text).folder


def _print(entries: Sequence[Entry], options: Namespace) -> None:
    if options.json:
        print(json.dumps([_plain(entry) for entry in entries], ensure_ascii=False, indent=1))
        return
    head = ("", "name", "state", "step", "of", "test accuracy", "data", "last heard of", "folder")
    rows = [
        (
            entry.id,
            entry.name,
            entry.state,
            entry.step,
            entry.steps,
            _figure(entry.metrics.get("test_accuracy")),
            entry.data,
            time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.updated)),
            entry.folder,
        )
        for entry in entries
    ]
    print(aligned([head, *rows], right=(0, 3, 4, 5)) if rows else "There is no such run.")


def _plain(entry: Entry) -> dict[str, Any]:
    about = {name: value for name, value in vars(entry).items() if name != "spec"}
    return about | {"name": entry.name, "folder": str(entry.folder), "layers": entry.spec_hash}


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)
