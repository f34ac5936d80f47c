"""The catalogue of all training runs: one row a run, wherever its folder lies.

The folder of a run is all that it needs; the catalogue only finds it again, and compares it.  What
happens to a run that nobody records, its death among it, is found out when the row is read.
"""

from __future__ import annotations

import json
import platform
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from core.errors import UserError
from core.paths import data_folder
from core.registry import nearest
from core.results import Table
from core.training.lock import is_trained

#: The version of the database; a newer one is refused.
VERSION = 2
#: How long one process waits for another's change, in s.
WAIT = 10.0

State = Literal["running", "done", "stopped", "failed", "killed", "gone"]

_SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    spec TEXT NOT NULL,
    spec_hash TEXT NOT NULL,
    data TEXT NOT NULL,
    settings TEXT NOT NULL,
    seed INTEGER NOT NULL,
    versions TEXT NOT NULL,
    device TEXT NOT NULL,
    host TEXT NOT NULL,
    started REAL NOT NULL,
    updated REAL NOT NULL,
    ended REAL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL,
    step INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    notes TEXT NOT NULL DEFAULT '[]'
)
"""

#: What a database of each older version lacks, by that version.
_CHANGES = {1: "ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'"}

#: Columns that hold JSON.
_JSON = ("spec", "settings", "versions", "metrics", "notes")


@dataclass(frozen=True)
class Entry:
    """What the catalogue knows of a run; times are in s since 1970, `ended` None while it runs.

    `settings` are the options of training by name, `spec` the layers as JSON, `notes` sentences on
    what happened on the way.  `state` is how it ended: "done", "stopped" by a person, or "failed"
    for the reason in `problem`; "killed" where its process is not there any more, and "gone" where
    its folder is not.
    """

    folder: Path
    model: str
    spec: Mapping[str, Any]
    data: str
    settings: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]
    started: float
    device: str = "cpu"
    step: int = 0
    steps: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    state: State = "running"
    problem: str = ""
    updated: float = 0.0
    ended: float | None = None
    host: str = field(default_factory=platform.node)
    id: int = 0

    @property
    def name(self) -> str:
        """What its folder is called."""
        return self.folder.name

    @property
    def spec_hash(self) -> str:
        """The same for the same layers, whatever they are called."""
        layers = {key: value for key, value in self.spec.items() if key != "name"}
        return sha256(json.dumps(layers, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def seconds(self) -> float:
        """How long after its start it ended, or was last heard of, in s."""
        return (self.ended or self.updated) - self.started


class Catalogue:
    """The runs in a database that several processes may use at once; any thread may.

    Each call raises UserError, in one sentence, if the database cannot be read or written, is
    none, or is of a newer version.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_folder() / "catalogue.sqlite"

    def add(self, entry: Entry) -> int:
        """The number of the run, which is new unless it was there already.

        A run is the same if its folder and its start are; one that lay in this folder before is
        forgotten.
        """
        values = _columns(replace(entry, folder=entry.folder.resolve(), updated=time.time()))
        key = {"folder": values["folder"], "started": values["started"]}
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        changes = ", ".join(f"{name} = :{name}" for name in values)
        with self._database() as database:
            database.execute("DELETE FROM runs WHERE folder = :folder AND started != :started", key)
            database.execute(
                f"INSERT INTO runs ({names}) VALUES ({marks}) "
                f"ON CONFLICT (folder) DO UPDATE SET {changes}",
                values,
            )
            found = database.execute("SELECT id FROM runs WHERE folder = :folder", key)
            return int(found.fetchone()["id"])

    def update(
        self, number: int, step: int, metrics: Mapping[str, float], notes: Sequence[str] = ()
    ) -> None:
        """Note how far a run is, and what happened on the way: its heartbeat."""
        told = {"metrics": json.dumps(dict(metrics)), "notes": json.dumps(notes)}
        self._change(number, step=step, **told)

    def end(self, number: int, state: State, problem: str = "") -> None:
        """Note how a run ended."""
        self._change(number, state=state, problem=problem, ended=time.time())

    def remove(self, number: int) -> None:
        """Forget a run; its folder stays as it is."""
        with self._database() as database:
            database.execute("DELETE FROM runs WHERE id = ?", (number,))

    def list(self) -> tuple[Entry, ...]:
        """All runs, the one that was last heard of first."""
        with self._database() as database:
            rows = database.execute("SELECT * FROM runs ORDER BY updated DESC, id DESC").fetchall()
        return tuple(_as_it_is(_entry(row)) for row in rows)

    def search(self, text: str) -> tuple[Entry, ...]:
        """The runs in which every word of `text` occurs, as in "lenet adam killed"."""
        return matching(self.list(), text)

    def find(self, text: str) -> Entry:
        """The run of a number, a folder, or a name; the newest of several of one name.

        Raises UserError, naming the nearest, if there is none.
        """
        entries, folder = self.list(), Path(text).resolve()
        found = [entry for entry in entries if str(entry.id) == text]
        found += [entry for entry in entries if entry.folder == folder]
        found += [entry for entry in entries if entry.name == text]
        if not found:
            names = [entry.name for entry in entries]
            raise UserError(f"There is no run {text!r} in the catalogue{nearest(text, names)}")
        return found[0]

    def compare(self, numbers: Sequence[int]) -> Table:
        """Runs side by side, a column a run: what they are, what they reached, how they differ.

        Raises UserError for a number that no run has.
        """
        entries = {entry.id: entry for entry in self.list()}
        for number in numbers:
            if number not in entries:
                raise UserError(f"There is no run {number} in the catalogue; see `runs list`.")
        return comparison([entries[number] for number in numbers])

    def _change(self, number: int, **values: Any) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in values)
        with self._database() as database:
            database.execute(
                f"UPDATE runs SET {changes}, updated = :now WHERE id = :id",
                values | {"now": time.time(), "id": number},
            )

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection within one transaction."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, WAIT, isolation_level=None)) as database:
                database.row_factory = sqlite3.Row
                _check_version(database, self.path)
                _let_readers_and_writers_meet(database)
                database.execute("BEGIN IMMEDIATE")
                with database:  # which commits, or takes all back
                    _make_table(database)
                    yield database
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"The catalogue of runs, {self.path}, cannot be used ({error}); move it away, and "
                "a new one is begun."
            ) from error


def matching(entries: Sequence[Entry], text: str) -> tuple[Entry, ...]:
    """Those of the runs in which every word of `text` occurs, in their order."""
    words = text.casefold().split()
    return tuple(entry for entry in entries if all(word in _searched(entry) for word in words))


def comparison(entries: Sequence[Entry]) -> Table:
    """Runs side by side, a column a run; of their settings only those in which they differ."""
    about: dict[str, list[Any]] = {
        "State": [entry.state for entry in entries],
        "Network": [entry.model for entry in entries],
        "Layers": [entry.spec_hash for entry in entries],
        "Data": [entry.data for entry in entries],
        "Seed": [entry.seed for entry in entries],
        "Device": [entry.device for entry in entries],
        "Step": [entry.step for entry in entries],
        "of steps": [entry.steps for entry in entries],
        "Duration, s": [round(entry.seconds) for entry in entries],
    }
    about |= _side_by_side([entry.metrics for entry in entries])
    settings = _side_by_side([entry.settings for entry in entries])
    about |= {name: row for name, row in settings.items() if any(cell != row[0] for cell in row)}
    columns = ("", *(f"{entry.name} ({entry.id})" for entry in entries))
    return Table(columns, tuple((name, *row) for name, row in about.items()), "training runs")


def _side_by_side(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The values of each name that one of them has; None where another has none."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name.replace("_", " ").capitalize(): [row.get(name) for row in rows] for name in names}


def _let_readers_and_writers_meet(database: sqlite3.Connection) -> None:
    """Write ahead of the database, so that who reads does not wait for who writes."""
    if database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # another process is about to do so
            database.execute("PRAGMA journal_mode = WAL")


def _version(database: sqlite3.Connection) -> int:
    """The version of the database, 0 for a new one."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _check_version(database: sqlite3.Connection, path: Path) -> None:
    """Raises UserError for a newer version."""
    version = _version(database)
    if version > VERSION:
        raise UserError(
            f"The catalogue of runs, {path}, was written by a newer version (format {version}, "
            f"this one reads up to {VERSION}); update CNN Workbench."
        )


def _make_table(database: sqlite3.Connection) -> None:
    """Make the table in a new database, or bring that of an older version up to this one."""
    version = _version(database)
    if version == 0:
        database.execute(_SCHEMA)
    for older in range(version, VERSION) if version else ():
        database.execute(_CHANGES[older])
    if version != VERSION:
        database.execute(f"PRAGMA user_version = {VERSION}")


def _columns(entry: Entry) -> dict[str, Any]:
    """An entry as a row, without its number."""
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    del values["id"]
    values |= {name: json.dumps(values[name]) for name in _JSON}
    return values | {
        "folder": str(entry.folder), "name": entry.name, "spec_hash": entry.spec_hash
    }  # fmt: skip


def _entry(row: sqlite3.Row) -> Entry:
    try:
        values = {field.name: row[field.name] for field in fields(Entry)}
        values |= {name: json.loads(values[name]) for name in _JSON}
        return Entry(**values | {"folder": Path(values["folder"]), "notes": tuple(values["notes"])})
    except (ValueError, TypeError, IndexError) as error:
        raise UserError(
            f"Run {row['id']} in the catalogue is damaged ({error}); `runs remove {row['id']}` "
            "takes it off the list."
        ) from error


def _as_it_is(entry: Entry) -> Entry:
    """The same run, in the state that it is found in."""
    if not entry.folder.is_dir():
        return replace(entry, state="gone")
    is_dead = entry.state == "running" and not is_trained(entry.folder)
    return replace(entry, state="killed") if is_dead else entry


def _searched(entry: Entry) -> str:
    """All words by which a run is found."""
    settings = " ".join(f"{name}={value}" for name, value in entry.settings.items())
    seen = (entry.name, entry.folder, entry.model, entry.data, entry.state, entry.device, settings)
    return " ".join(map(str, (*seen, *entry.notes))).casefold()
