"""The pace of a film: the next picture is due once the last one was drawn."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.session import Session

#: Pictures are at least so far apart, in s.
APART = 1 / 12
#: How often it is looked whether the next one is due, in ms.
LOOK_MS = 10
#: A picture that is not drawn after so long, in s, is waited for no more: the camera may hang.
PATIENCE = 1.0


class Film(QObject):
    """Says when the docks are to move on to the next moment; waits for the live ones.

    `is_there` says whether the last picture has come, so that it can be drawn.
    """

    #: The next picture may come.
    due = Signal()

    def __init__(
        self, session: Session, is_there: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._is_there = session, is_there
        self._shown = 0.0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        session.closing.connect(self.stop)

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return bool(self._timer.isActive())

    def start(self) -> None:
        """Play; the first picture is that which is there."""
        self._shown = monotonic()
        self._timer.start()

    def stop(self) -> None:
        """Stay at the picture that is there."""
        self._timer.stop()

    def _look(self) -> None:
        waited = monotonic() - self._shown
        if waited < APART or not self._is_there():
            return
        if waited >= PATIENCE or self._is_drawn():
            # A look that came a little late does not slow the film down.
            self._shown += APART if waited < 2 * APART else waited
            self.due.emit()

    def _is_drawn(self) -> bool:
        """Whether the live docks show the network as it is looked at now."""
        engine, seen = self._session.engine, self._session.now.seen
        if engine is None or engine.feed is None:
            return True  # there is no input to look at
        return seen is not None and seen.snapshot is self._session.snapshot()
