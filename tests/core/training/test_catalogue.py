"""The catalogue: what it keeps of a run, what it finds, and what it makes of what it meets."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import UserError
from core.paths import data_folder
from core.training.catalogue import VERSION, Catalogue, Entry
from core.training.lock import locked

Made = Callable[..., Entry]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "catalogue.sqlite")


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a run's folder, and what the catalogue is told of it."""

    def make(name: str, **values: object) -> Entry:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        settings = {"optimizer": "adam", "rate": 0.003}
        spec = {"version": 1, "name": "LeNet-5", "nodes": []}
        entry = Entry(folder, "LeNet-5", spec, "digits", settings, 7, {"torch": "2"}, started=1.0)
        return Entry(**vars(entry) | values)

    return make


def test_keeps_all_that_it_was_told(catalogue: Catalogue, made: Made) -> None:
    entry = made("first", steps=40, state="done", metrics={"loss": 0.25})

    number = catalogue.add(entry)
    (kept,) = catalogue.list()

    assert vars(kept) == vars(entry) | {"id": number, "updated": kept.updated}
    assert kept.updated > 1e9
    assert kept.name == "first"


def test_lies_where_the_users_data_are() -> None:
    assert Catalogue().path.parent == data_folder()
    assert Catalogue().list() == ()


def test_follows_a_run_from_its_start_to_its_end(catalogue: Catalogue, made: Made) -> None:
    entry = made("first", steps=40)
    number = catalogue.add(entry)

    with locked(entry.folder):
        assert catalogue.list()[0].state == "running"
        catalogue.update(number, 20, {"loss": 0.5})
        assert (catalogue.list()[0].step, catalogue.list()[0].metrics) == (20, {"loss": 0.5})
    assert catalogue.list()[0].state == "killed"
    catalogue.end(number, "failed", "The disk is full.")

    (ended,) = catalogue.list()
    assert (ended.state, ended.problem) == ("failed", "The disk is full.")
    assert ended.ended is not None


def test_a_run_that_is_gone_on_with_keeps_its_number(catalogue: Catalogue, made: Made) -> None:
    first = catalogue.add(made("first"))
    catalogue.end(first, "stopped")
    other = catalogue.add(made("other"))

    assert catalogue.add(made("first", step=10)) == first
    assert other != first
    again = catalogue.find("first")
    assert (again.step, again.ended, again.state) == (10, None, "killed")


def test_a_new_run_in_an_old_place_is_another_run(catalogue: Catalogue, made: Made) -> None:
    first = catalogue.add(made("first", started=1.0))

    second = catalogue.add(made("first", started=2.0))

    assert second != first
    assert [entry.id for entry in catalogue.list()] == [second]


def test_a_folder_that_has_gone_is_shown_as_gone(catalogue: Catalogue, made: Made) -> None:
    entry = made("first", state="done")
    catalogue.add(entry)

    entry.folder.rmdir()

    assert catalogue.list()[0].state == "gone"


def test_the_newest_comes_first(catalogue: Catalogue, made: Made) -> None:
    numbers = [catalogue.add(made(name)) for name in ("a", "b", "c")]
    catalogue.update(numbers[0], 1, {})

    assert [entry.name for entry in catalogue.list()] == ["a", "c", "b"]


def test_finds_runs_in_which_all_words_occur(catalogue: Catalogue, made: Made) -> None:
    catalogue.add(made("wide", settings={"optimizer": "sgd"}, state="done"))
    catalogue.add(made("narrow", data="fashion_mnist", state="done"))

    def found(text: str) -> list[str]:
        return sorted(entry.name for entry in catalogue.search(text))

    assert found("lenet") == ["narrow", "wide"]
    assert found("LeNet sgd") == ["wide"]
    assert found("rate=0.003 fashion done") == ["narrow"]
    assert found("100%_") == []


def test_a_run_is_named_by_number_name_or_folder(catalogue: Catalogue, made: Made) -> None:
    entry = made("first")
    number = catalogue.add(entry)
    numeric = catalogue.add(made(str(number + 10)))

    assert catalogue.find(str(number)).id == number
    assert catalogue.find("first").id == number
    assert catalogue.find(str(entry.folder)).id == number
    assert catalogue.find(str(number + 10)).id == numeric
    with pytest.raises(UserError, match="no run 'frist' in the catalogue; did you mean first"):
        catalogue.find("frist")


def test_compares_what_differs_side_by_side(catalogue: Catalogue, made: Made) -> None:
    fast = {"optimizer": "adam", "rate": 0.01, "clip": 1.0}
    one = catalogue.add(made("one", metrics={"test_accuracy": 0.9}, state="done"))
    two = catalogue.add(made("two", settings=fast, metrics={"loss": 0.1}, state="done"))

    table = catalogue.compare([two, one])
    rows = {row[0]: row[1:] for row in table.rows}

    assert table.columns == ("", f"two ({two})", f"one ({one})")
    assert rows["Network"] == ("LeNet-5", "LeNet-5")
    assert rows["Layers"][0] == rows["Layers"][1]
    assert rows["Rate"] == (0.01, 0.003)
    assert rows["Clip"] == (1.0, None)
    assert rows["Test accuracy"] == (None, 0.9)
    assert "Optimizer" not in rows
    with pytest.raises(UserError, match="no run 99"):
        catalogue.compare([one, 99])


def test_the_same_layers_are_recognised_whatever_their_name(made: Made) -> None:
    spec = {"version": 1, "name": "mine", "nodes": []}

    assert made("a").spec_hash == made("b", spec=spec).spec_hash
    assert made("a").spec_hash != made("c", spec=spec | {"nodes": [{"name": "x"}]}).spec_hash


def test_forgets_a_run_but_leaves_its_folder(catalogue: Catalogue, made: Made) -> None:
    entry = made("first")

    catalogue.remove(catalogue.add(entry))

    assert catalogue.list() == ()
    assert entry.folder.is_dir()


def test_what_happened_on_the_way_is_kept_and_found(catalogue: Catalogue, made: Made) -> None:
    number = catalogue.add(made("first"))
    catalogue.add(made("second"))

    catalogue.update(number, 20, {}, ("Step 7: the memory did not suffice.",))

    (found,) = catalogue.search("suffice")
    assert found.notes == ("Step 7: the memory did not suffice.",)


def test_a_database_of_the_first_format_is_brought_up_to_this_one(
    catalogue: Catalogue, made: Made
) -> None:
    number = catalogue.add(made("first"))
    with sqlite3.connect(catalogue.path) as database:
        database.execute("ALTER TABLE runs DROP COLUMN notes")
        database.execute("PRAGMA user_version = 1")
    database.close()

    assert [entry.notes for entry in catalogue.list()] == [()]
    catalogue.update(number, 1, {}, ("Noted.",))
    assert [entry.notes for entry in catalogue.list()] == [("Noted.",)]


def test_a_newer_database_is_refused_and_left_as_it_is(catalogue: Catalogue) -> None:
    with sqlite3.connect(catalogue.path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    before = catalogue.path.read_bytes()

    with pytest.raises(UserError, match="written by a newer version") as told:
        catalogue.list()

    assert "\n" not in str(told.value)
    assert catalogue.path.read_bytes() == before


def test_a_damaged_row_is_named_and_can_be_taken_off(catalogue: Catalogue, made: Made) -> None:
    number = catalogue.add(made("first"))
    with sqlite3.connect(catalogue.path) as database:
        database.execute("UPDATE runs SET settings = '{'")
    database.close()

    with pytest.raises(UserError, match=f"Run {number} in the catalogue is damaged"):
        catalogue.list()
    catalogue.remove(number)
    assert catalogue.list() == ()


def test_a_file_that_is_no_database_is_told_in_one_sentence(catalogue: Catalogue) -> None:
    catalogue.path.write_bytes(b"These are not the runs that you are looking for." * 100)

    with pytest.raises(UserError, match=r"not a database.*move it away") as told:
        catalogue.list()

    assert "\n" not in str(told.value)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="cannot be used"):
        Catalogue(tmp_path / "file" / "catalogue.sqlite").list()


def test_processes_write_at_the_same_time(catalogue: Catalogue, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.training.catalogue import *\n"
        "catalogue = Catalogue(Path(sys.argv[1]))\n"
        "for number in range(25):\n"
        "    folder = Path(sys.argv[2], f'run{number}')\n"
        "    entry = Entry(folder, 'net', {}, 'digits', {}, 0, {}, 1.0)\n"
        "    catalogue.update(catalogue.add(entry), number, {})\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, catalogue.path, tmp_path / name])
        for name in "abc"
    ]

    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(catalogue.list()) == 75
    assert {entry.step for entry in catalogue.list()} == set(range(25))
