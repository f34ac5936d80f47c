"""What stands together of several runs."""

from __future__ import annotations

from pathlib import Path

from core.training.catalogue import Entry
from workbench.run_details import names


def test_runs_of_one_name_have_their_numbers_too() -> None:
    folders = (Path("/a/first"), Path("/b/first"), Path("/b/second"))
    runs = [
        Entry(folder, "LeNet-5", {}, "digits", {}, 0, {}, started=0.0, id=number)
        for number, folder in enumerate(folders, start=1)
    ]

    assert names(runs) == ("first (1)", "first (2)", "second")
