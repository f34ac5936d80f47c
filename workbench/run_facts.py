"""What there is to know of a run, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.options import options_of
from core.training.catalogue import Entry
from core.training.settings import TrainParams
from workbench.run_columns import COLUMNS, state_help


def facts(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Captions and texts: how it stands, the settings that are not the defaults, all else."""
    columns = {column.title.capitalize(): column.text(entry) for column in COLUMNS[1:]}
    settings = changed_settings(entry.settings)
    return (
        ("State", f"{entry.state}: {state_help(entry)}"),
        *((("On the way", " ".join(entry.notes)),) if entry.notes else ()),
        *(settings.items() or (("Settings", "All as they are by default"),)),
        ("Seed", str(entry.seed)),
        *((caption, text) for caption, text in columns.items() if caption != "State"),
        ("Machine", entry.host),
        ("Versions", ", ".join(f"{name} {version}" for name, version in entry.versions.items())),
        ("Folder", str(entry.folder)),
    )


def changed_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Those of the settings of a training that are not the defaults, by what they are called.

    One of another version of the program, which is not known here, is told under its name.
    """
    known = {row.name: row for row in options_of(TrainParams)}
    told = {}
    for name, value in settings.items():
        row = known.get(name)
        if row is None:
            told[name] = str(value)
        elif value != row.default:
            told[row.caption] = _written(row.choices.get(str(value), value))
    return told


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
