"""Data sets that are fetched from the network on first use, and checked, by torchvision."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from urllib.error import URLError

from core.data.reading import report
from core.errors import UserError
from core.paths import cache_folder

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How data sets are divided that come in two parts.
AUTHORS = "Training and test pictures are divided as by the authors of the data set."

#: What readers of incomplete files raise, besides RuntimeError.
_DAMAGED = (ValueError, AssertionError, EOFError, KeyError, TypeError)

#: What torchvision says of files that are missing, or whose checksum is wrong.
_MISSING = "not found"

_MEGABYTE = 2**20


def fetched(title: str, make: Callable[[Path, bool], T], instead: str) -> T:
    """What `make(folder, download)` gives: from the files that are here, else from the network.

    `make` raises RuntimeError ("… not found …") where files are missing or their checksum is
    wrong.  Raises UserError, in which `instead` names what needs no network, if they cannot be
    had.
    """
    folder = cache_folder() / "datasets"
    try:
        return make(folder, False)
    except (RuntimeError, OSError, *_DAMAGED) as error:
        if _MISSING not in str(error):
            raise UserError(
                f"The files of {title} in {folder} are damaged ({_short(error)}); delete them, "
                "and they are fetched again."
            ) from error
        log.info("%s is not here: %s", title, error)
    try:
        return make(folder, True)
    except (OSError, RuntimeError, *_DAMAGED) as error:
        log.info("%s could not be fetched: %s", title, error)
        raise UserError(_why(title, error, folder, instead)) from error


def from_torchvision(kind: str, title: str, instead: str, **settings: Any) -> Any:
    """A data set of torchvision's class `kind` with these settings, as `fetched` gives it."""
    from core.data.torchvision_import import torchvision  # here, as it brings torch

    datasets = torchvision().datasets

    def make(folder: Path, download: bool) -> Any:
        with _reported(datasets.utils, title):
            return getattr(datasets, kind)(folder, download=download, **settings)

    return fetched(title, make, instead)


def _why(title: str, error: Exception, folder: Path, instead: str) -> str:
    if isinstance(error, OSError) and not isinstance(
        error, URLError | ConnectionError | TimeoutError
    ):
        return (
            f"{title} could not be written to {folder} ({error.strerror or error}); free some "
            "space there and try again."
        )
    if "corrupted" in str(error) or isinstance(error, _DAMAGED):
        return (
            f"{title} arrived incomplete: its checksum is not that of the original; try again, "
            f"or choose {instead}."
        )
    return (
        f"{title} could not be fetched, and is not here yet; connect to a network and try again, "
        f"or choose {instead}."
    )


@contextmanager
def _reported(downloads: ModuleType, title: str) -> Iterator[None]:
    """Lets torchvision report its downloads here rather than draw a bar on the terminal.

    It offers no other way: the bar is a name in its module of downloads.
    """

    class Bar:
        """What torchvision uses of a tqdm bar."""

        def __init__(self, total: int | None = None, **_: object) -> None:
            self.done, self.total = 0, total or 0

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, count: int) -> None:
            self.done += count
            report(self.done // _MEGABYTE, self.total // _MEGABYTE, f"Fetching {title}, MB")

    usual = downloads.tqdm
    downloads.tqdm = Bar  # type: ignore[attr-defined]
    try:
        yield
    finally:
        downloads.tqdm = usual  # type: ignore[attr-defined]


def _short(error: Exception) -> str:
    return str(error).split("\n")[0][:80] or type(error).__name__
