"""Where the program's resources and the user's files live."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from platformdirs import user_cache_path, user_config_path, user_data_path

from core.errors import UserError

APPLICATION = "cnn-workbench"

#: The variable of the environment that names another place for all that is the user's.
HOME = "CNN_WORKBENCH_HOME"

#: The argument by which a packaged program is told to be the process that trains.
SERVE = "serve-trainer"

#: Beside ``core`` in a source tree, in site-packages and in a frozen application alike.
RESOURCES = Path(__file__).resolve().parents[1] / "resources"


def resource(*parts: str) -> Path:
    """The path of a file that is shipped with the program.

    Raises FileNotFoundError if it is not there: a broken installation, not a user's mistake.
    """
    path = RESOURCES.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(path)
    return path


def settings_folder() -> Path:
    """Where preferences and window arrangements are kept; CNN_WORKBENCH_HOME overrides it."""
    return _home("settings") or user_config_path(APPLICATION, appauthor=False)


def data_folder() -> Path:
    """Where runs and projects of the user are kept by default."""
    return _home("data") or user_data_path(APPLICATION, appauthor=False)


def runs_folder() -> Path:
    """Where training runs are kept that were given no place of their own."""
    return data_folder() / "runs"


def cache_folder() -> Path:
    """Where downloads are kept that can be fetched again."""
    return _home("cache") or user_cache_path(APPLICATION, appauthor=False)


@contextmanager
def written_whole(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file to write whose content appears under `path` at once, or not at all.

    It is written beside the target, flushed to the disk and renamed; on any error the target
    keeps its old content.  What is not `durable` is not waited for: it is there at once, but may
    be lost if the power fails within seconds.  Raises UserError if the file cannot be written
    (disk full, no permission, no such folder).
    """
    beside: Path | None = None
    try:
        with NamedTemporaryFile(
            "wb", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            beside = Path(file.name)
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        raise UserError(
            f"{path} could not be written ({error.strerror or error}); nothing was changed. "
            "Choose another place or free some space."
        ) from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _home(part: str) -> Path | None:
    home = os.environ.get(HOME)
    return Path(home) / part if home else None
