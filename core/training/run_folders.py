"""The folders of runs: taken into the catalogue, measured, and deleted."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from core.errors import UserError
from core.jobs import Progress
from core.training.catalogue import Catalogue, Entry
from core.training.lock import is_trained
from core.training.runs import SETTINGS, entry_of


def add_folder(catalogue: Catalogue, folder: Path) -> int:
    """Take a run that was trained elsewhere, or moved, into the catalogue; gives its number.

    Where the catalogue was told already how this run ended, that stays.  Raises UserError if the
    folder holds no run, or one that is damaged or of a newer version.
    """
    entry = entry_of(folder)
    for known in catalogue.list():
        is_same = (known.folder, known.started) == (entry.folder, entry.started)
        if is_same and known.ended is not None and known.step >= entry.step:
            return known.id
    return catalogue.add(entry)


def holds_run(folder: Path) -> bool:
    """Whether there is a training run in a folder, damaged or not."""
    return (folder / SETTINGS).is_file()


def size_of(folders: Iterable[Path]) -> int:
    """How many bytes the files in folders take; those that vanish meanwhile take none."""
    size = 0
    for folder in folders:
        for path in folder.rglob("*"):
            with suppress(OSError):
                size += path.lstat().st_size if path.is_file() else 0
    return size


def delete_runs(catalogue: Catalogue, entries: Sequence[Entry]) -> Generator[Progress, None, None]:
    """Delete the folders of runs, and forget them; of a folder without a run only the entry goes.

    Raises UserError before anything is deleted if one is being trained; and if a folder cannot be
    deleted, with those before it deleted and the others left.
    """
    for entry in entries:
        if is_trained(entry.folder):
            raise UserError(
                f"The run {entry.name} is being trained; stop it first, then delete it."
            )
    for done, entry in enumerate(entries, start=1):
        if holds_run(entry.folder):
            _delete(entry.folder)
        catalogue.remove(entry.id)
        yield Progress(done, len(entries))


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise UserError(
            f"The folder {folder} could not be deleted ({error.strerror or error}); delete it by "
            "hand."
        ) from error
