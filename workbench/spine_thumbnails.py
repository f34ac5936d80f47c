"""Live thumbnails on the spine: what each layer in sight makes of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.analysis.methods.thumbnails import ThumbnailsParams
from core.data.colour_maps import SEQUENTIAL, lookup_table
from core.results import Thumbnails
from workbench.widgets.pixels import indexed

if TYPE_CHECKING:
    from workbench.session import Session
    from workbench.spine import Spine

#: The key under which the live path is asked.
KEY = "spine"


class SpineThumbnails(QObject):
    """Asks for the thumbnails of the cards in sight, and hands them to the spine."""

    def __init__(self, session: Session, spine: Spine) -> None:
        super().__init__(spine)
        self._session = session
        self._spine = spine
        session.changed.connect(self._on_changed)
        session.seen.connect(self._on_seen)
        spine.verticalScrollBar().valueChanged.connect(self._watch)
        spine.verticalScrollBar().rangeChanged.connect(self._watch)
        self._watch()

    def _on_changed(self, names: frozenset[str]) -> None:
        if names & {"model", "snapshot"}:
            self._watch()

    def _watch(self) -> None:
        session, cards = self._session, self._spine.cards_seen
        snapshot = session.snapshot()
        if snapshot is None or session.engine is None or not cards:
            session.watch(KEY, None)
            return
        params = ThumbnailsParams(layers=",".join(cards))
        inputs = Inputs(snapshot=snapshot, device=session.engine.device)
        session.watch(KEY, Request(KEY, "thumbnails", inputs, params))

    def _on_seen(self) -> None:
        seen = self._session.now.seen
        result = seen.results.get(KEY) if seen is not None else None
        if isinstance(result, Thumbnails):
            lookup = lookup_table(SEQUENTIAL)
            self._spine.set_thumbnails(
                {name: indexed(levels, lookup) for name, levels in result.pictures.items()}
            )
