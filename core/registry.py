"""Tables that fill themselves: every file of a folder registers what it holds."""

from __future__ import annotations

import difflib
import importlib
import logging
import pkgutil
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from core.errors import UserError

log = logging.getLogger(__name__)
T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by name, found on first use.

    `package` is the folder whose modules register; other people's packages are named by the
    entry-point group ``cnn_workbench.<group>``, by default the folder's name.  One that fails to
    import is named in `failures`, in one sentence, and skipped.
    """

    def __init__(self, kind: str, package: str, group: str = "") -> None:
        self.kind = kind
        self.failures: list[str] = []
        self._package = package
        self._group = group or package.rpartition(".")[2]
        self._things: dict[str, T] = {}
        self._discovered = False
        self._lock = threading.RLock()

    def add(self, name: str, thing: T) -> None:
        """Register `thing`; a second one of the same name is a mistake in the code."""
        if name in self._things:
            raise ValueError(f"two {self.kind}s are named {name!r}")
        self._things[name] = thing

    def remove(self, name: str) -> None:
        """Forget a thing that was registered."""
        del self._things[name]

    def discover(self) -> None:
        """Import the folder and the entry points, once."""
        with self._lock:
            if self._discovered:
                return
            from importlib.metadata import entry_points  # 40 ms, which the first paint is spared

            self._discovered = True
            import_folder(self._package)
            for entry in entry_points(group=f"cnn_workbench.{self._group}"):
                self.extend(entry.value)

    def extend(self, package: str) -> None:
        """Import another package's modules, as its entry point would."""
        try:
            import_folder(package)
        except ImportError as error:
            self.failures.append(f"The {self.kind}s of {package!r} were skipped: {error}")
            log.warning("%s", self.failures[-1])

    def __getitem__(self, name: str) -> T:
        """The thing of that name.  Raises UserError, naming the nearest, if there is none."""
        self.discover()
        if name not in self._things:
            raise UserError(f"There is no {self.kind} {name!r}{nearest(name, self._things)}")
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        self.discover()
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        self.discover()
        return iter(sorted(self._things))

    def __len__(self) -> int:
        self.discover()
        return len(self._things)

    def items(self) -> list[tuple[str, T]]:
        """Names and things, sorted by name."""
        return [(name, self[name]) for name in self]

    def values(self) -> list[T]:
        """The things, sorted by name."""
        return [self[name] for name in self]


def import_folder(package: str) -> list[str]:
    """Import every module of `package` and give their names, sorted."""
    root = importlib.import_module(package)
    names = sorted(m.name for m in pkgutil.iter_modules(root.__path__, package + "."))
    for name in names:
        importlib.import_module(name)
    return names


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known ones, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, 3, 0.5)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"; there are: {shown}." if names else "; there are none."
