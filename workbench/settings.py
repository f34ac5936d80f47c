"""What the program remembers between starts: preferences, arrangements, recent files."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.paths import settings_folder, written_whole

log = logging.getLogger(__name__)

#: The version of the file; an older one is brought up step by step, a newer one is left alone.
VERSION = 1


@dataclass(frozen=True)
class DockState:
    """One dock as it was left: its title and whether it was open."""

    name: str
    title: str


@dataclass(frozen=True)
class Settings:
    """Preferences; frozen, so that saving is comparing.

    `arrangements` holds Qt's saved state by workspace, `docks` the docks of each workspace, so
    that their frames can be drawn before their content is loaded.  `greeted`: a starting point
    has been chosen.
    """

    theme: str = "system"
    workspace: str = "Look"
    geometry: bytes = b""
    columns: tuple[int, ...] = ()
    arrangements: Mapping[str, bytes] = field(default_factory=dict)
    docks: Mapping[str, tuple[DockState, ...]] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    greeted: bool = False

    def with_recent(self, path: Path) -> Settings:
        """The same with `path` first among the recent files; ten are kept."""
        others = tuple(name for name in self.recent if name != str(path))
        return replace(self, recent=(str(path), *others)[:10])


def load_settings() -> Settings:
    """The saved settings; the defaults where there are none or they cannot be read."""
    path = _path()
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning(
            "Settings in %s are not readable (%s); starting with the defaults.", path, error
        )
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write the settings; a disk that is full is logged, as there is nothing to lose."""
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as file:
            file.write(json.dumps(_to_json(settings), indent=1).encode())
    except (UserError, OSError) as error:
        log.warning("The settings were not saved: %s", error)


def _path() -> Path:
    return settings_folder() / "settings.json"


def _to_json(settings: Settings) -> dict[str, Any]:
    return asdict(settings) | {
        "version": VERSION,
        "geometry": _text(settings.geometry),
        "arrangements": {name: _text(state) for name, state in settings.arrangements.items()},
    }


def _from_json(data: dict[str, Any]) -> Settings:
    if data.pop("version") > VERSION:
        raise ValueError("they are from a newer version")
    docks = {
        workspace: tuple(DockState(**row) for row in rows)
        for workspace, rows in data.pop("docks").items()
    }
    arrangements = {name: _bytes(text) for name, text in data.pop("arrangements").items()}
    return Settings(
        **data
        | {
            "docks": docks,
            "arrangements": arrangements,
            "geometry": _bytes(data["geometry"]),
            "columns": tuple(data["columns"]),
            "recent": tuple(data["recent"]),
        }
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
