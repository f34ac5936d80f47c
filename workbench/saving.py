"""Save what a dock shows: ask where, write it, say so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from core.analysis.export import export, suffixes
from core.errors import UserError

if TYPE_CHECKING:
    from workbench.view import View


def save_as(view: View) -> None:
    """Ask for a file, and write the result that the view shows, with what it was made from."""
    result = view.exportable()
    if result is None:
        view.session.say("There is nothing to save yet.", problem=True)
        return
    endings = suffixes(result)
    name, _ = QFileDialog.getSaveFileName(
        view,
        f"Save {view.title.lower()}",
        f"{view.name}{endings[0]}",
        ";;".join(f"{ending[1:].upper()} (*{ending})" for ending in endings),
    )
    if name:
        _write(view, result, Path(name))


def _write(view: View, result: object, path: Path) -> None:
    snapshot = view.session.snapshot(view.name)
    about = {
        "view": view.name,
        "model": snapshot.model.name if snapshot is not None else "",
        "layer": view.session.layer(view.name),
        "unit": view.session.document.unit,
    }
    try:
        export(result, path, about)
    except UserError as error:
        view.session.say(str(error), problem=True)
    else:
        view.session.say(f"Saved {path.name}.")
