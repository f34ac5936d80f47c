"""Live thumbnails on the spine: what each layer in sight makes of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.live_thumbnails import LiveThumbnails

if TYPE_CHECKING:
    from workbench.session import Session
    from workbench.spine import Spine

#: The key under which the live path is asked.
KEY = "spine"


class SpineThumbnails(LiveThumbnails):
    """Asks for the thumbnails of the cards in sight, and hands them to the spine."""

    def __init__(self, session: Session, spine: Spine) -> None:
        super().__init__(session, KEY, lambda: spine.cards_seen, spine.set_thumbnails, spine)
        spine.verticalScrollBar().valueChanged.connect(self.watch)
        spine.verticalScrollBar().rangeChanged.connect(self.watch)
