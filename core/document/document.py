"""What is open, as one value, and the history of it that undo walks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.data.source import Source
    from core.network.snapshot import Model

#: Steps of undo that are kept; unchanged parts are shared, so that a step is a few hundred bytes.
LIMIT = 200


@dataclass(frozen=True)
class Document:
    """All that undo restores and a project file keeps, apart from the arrays.

    `snapshot` is the id of the weights that are looked at.  `target` None: the most probable
    class.  `settings` are the options by view, `pins` the ids of the snapshots that single views
    show instead of the open one.
    """

    model: Model | None = None
    snapshot: str = ""
    source: Source | None = None
    layer: str = ""
    unit: int = 0
    cell: tuple[int, int] | None = None
    target: int | None = None
    settings: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    pins: tuple[tuple[str, str], ...] = ()


def changes(old: Document, new: Document) -> frozenset[str]:
    """The names of the fields in which two documents differ."""
    return frozenset(f.name for f in fields(new) if getattr(old, f.name) != getattr(new, f.name))


class History:
    """The document now, those before it, and those that undo left behind."""

    def __init__(self, first: Document, limit: int = LIMIT) -> None:
        self._past: list[Document] = []
        self._now = first
        self._future: list[Document] = []
        self._limit = limit

    @property
    def now(self) -> Document:
        """The current document."""
        return self._now

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier document."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether undo left a later document behind."""
        return bool(self._future)

    def push(self, new: Document, merge: bool = False) -> Document:
        """Make `new` the current document, and forget what undo left behind.

        With `merge` it replaces the current one, so that one drag is one step.
        """
        if not merge:
            self._past = [*self._past, self._now][-self._limit :]
        self._now = new
        self._future.clear()
        return new

    def undo(self) -> Document:
        """Go back one step, if there is one; gives the current document."""
        if self._past:
            self._future.append(self._now)
            self._now = self._past.pop()
        return self._now

    def redo(self) -> Document:
        """Go forward one step, if there is one; gives the current document."""
        if self._future:
            self._past.append(self._now)
            self._now = self._future.pop()
        return self._now
