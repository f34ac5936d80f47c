"""Folders of runs: taken into the catalogue, measured, and deleted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.snapshot import Snapshot
from core.training.catalogue import Catalogue, Entry
from core.training.lock import locked
from core.training.run_folders import add_folder, delete_runs, size_of
from core.training.runs import SETTINGS, VERSION, RunSettings, create_run, entry_of
from core.training.settings import TrainParams

Make = Callable[[str], Path]


@pytest.fixture
def make(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> Make:
    """Makes the folder of a run that was not trained yet."""

    def made(name: str) -> Path:
        folder = tmp_path / name
        create_run(folder, snapshot, data, test, RunSettings("quarters", params, seed=7))
        return folder

    return made


def entry(catalogue: Catalogue, name: str) -> Entry:
    return catalogue.find(name)


def test_a_run_from_elsewhere_is_listed_as_its_folder_tells(make: Make) -> None:
    catalogue, folder = Catalogue(), make("moved")
    os.utime(folder / "checkpoint.safetensors", (2e9, 2e9))

    number = add_folder(catalogue, folder)

    (listed,) = catalogue.list()
    assert (listed.id, listed.state, listed.step, listed.steps) == (number, "stopped", 0, 16)
    assert listed.ended == 2e9
    assert listed.seconds == 2e9 - listed.started


def test_what_is_known_of_the_end_of_a_run_stays(make: Make) -> None:
    catalogue, folder = Catalogue(), make("failed")
    known = catalogue.add(entry_of(folder))
    catalogue.end(known, "failed", "The disk was full.")

    assert add_folder(catalogue, folder) == known

    assert entry(catalogue, "failed").problem == "The disk was full."


def test_a_run_that_went_on_elsewhere_is_listed_anew(make: Make) -> None:
    catalogue, folder = Catalogue(), make("behind")
    known = catalogue.add(replace(entry_of(folder), step=-1))
    catalogue.end(known, "stopped")

    assert add_folder(catalogue, folder) == known
    assert entry(catalogue, "behind").step == 0


def test_a_folder_without_a_run_and_one_of_a_newer_version_are_refused(
    make: Make, tmp_path: Path
) -> None:
    newer = make("newer") / SETTINGS
    newer.write_text(json.dumps(json.loads(newer.read_text()) | {"version": VERSION + 1}))

    with pytest.raises(UserError, match="holds no training run"):
        add_folder(Catalogue(), tmp_path)
    with pytest.raises(UserError, match="newer version"):
        add_folder(Catalogue(), newer.parent)
    assert Catalogue().list() == ()


def test_measures_all_files_of_folders(tmp_path: Path) -> None:
    for name, size in (("a/one", 5), ("a/b/two", 7), ("c/three", 11)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)

    assert size_of([tmp_path / "a", tmp_path / "c", tmp_path / "none"]) == 23


def test_deleting_takes_the_folders_and_the_rows(make: Make) -> None:
    catalogue, folders = Catalogue(), [make("a"), make("b"), make("kept")]
    for folder in folders:
        add_folder(catalogue, folder)

    finish(delete_runs(catalogue, [entry(catalogue, "a"), entry(catalogue, "b")]))

    assert [folder.exists() for folder in folders] == [False, False, True]
    assert [row.name for row in catalogue.list()] == ["kept"]


def test_nothing_is_deleted_while_one_of_them_is_trained(make: Make) -> None:
    catalogue, folders = Catalogue(), [make("a"), make("b")]
    for folder in folders:
        add_folder(catalogue, folder)
    both = [entry(catalogue, "a"), entry(catalogue, "b")]

    with locked(folders[1]), pytest.raises(UserError, match="b is being trained; stop it first"):
        finish(delete_runs(catalogue, both))

    assert all(folder.exists() for folder in folders)
    assert len(catalogue.list()) == 2


def test_a_folder_that_holds_no_run_any_more_is_left(make: Make) -> None:
    catalogue, folder = Catalogue(), make("was")
    add_folder(catalogue, folder)
    for path in (SETTINGS, "model.json", "checkpoint.safetensors"):
        (folder / path).unlink()
    (folder / "notes.txt").write_text("mine")

    finish(delete_runs(catalogue, catalogue.list()))

    assert (folder / "notes.txt").read_text() == "mine"
    assert catalogue.list() == ()
