"""Live pictures of layers: what each layer in sight makes of the input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.analysis.methods.thumbnails import ThumbnailsParams
from core.data.colour_maps import SEQUENTIAL, lookup_table
from core.results import Thumbnails
from workbench.widgets.pixels import indexed

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from workbench.session import Session


class LiveThumbnails(QObject):
    """Asks under `key` for the pictures of the layers that `in_sight` names, and hands them on."""

    def __init__(
        self,
        session: Session,
        key: str,
        in_sight: Callable[[], tuple[str, ...]],
        show: Callable[[Mapping[str, QImage]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._key = session, key
        self._in_sight, self._show = in_sight, show
        self._asked: tuple[object, ...] = ()
        session.changed.connect(self._on_changed)
        session.seen.connect(self._on_seen)
        self.watch()

    def watch(self) -> None:
        """Ask for what is in sight now."""
        session, layers = self._session, self._in_sight()
        snapshot = session.snapshot(self._key)
        question = (snapshot, layers, session.engine)
        if question == self._asked:
            return
        self._asked = question
        if snapshot is None or session.engine is None or not layers:
            session.watch(self._key, None)
            return
        params = ThumbnailsParams(layers=",".join(layers))
        inputs = Inputs(snapshot=snapshot, device=session.engine.device)
        session.watch(self._key, Request(self._key, "thumbnails", inputs, params))

    def _on_changed(self, names: frozenset[str]) -> None:
        if names & {"model", "snapshot", "pins"}:
            self.watch()

    def _on_seen(self) -> None:
        seen = self._session.now.seen
        result = seen.results.get(self._key) if seen is not None else None
        if isinstance(result, Thumbnails):
            lookup = lookup_table(SEQUENTIAL)
            self._show({name: indexed(levels, lookup) for name, levels in result.pictures.items()})
