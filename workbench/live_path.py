"""What the docks ask of each frame, and how often what comes of it is drawn."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from core.analysis.live import Request, Seen
    from core.jobs import Progress
    from workbench.session import Session

#: What is live is drawn at most this often, in s.
DRAW_SECONDS = 1 / 31
#: The same while a network trains, which needs the time more.
CALM_SECONDS = 0.35


class LivePath(QObject):
    """Tells the engine what to look at, and hands out each look when its time has come."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._requests: dict[str, Request] = {}
        self._waiting: Seen | None = None
        self._drawn = 0.0
        # Once for all docks that a change concerns, and after they are painted: what looks at the
        # network anew would take the time from them.
        self._plans = QTimer(self, singleShot=True, interval=0)
        self._plans.timeout.connect(self.plan)
        session.closing.connect(self._close)

    def ask(self, key: str, request: Request | None) -> None:
        """Ask for something with every frame, under `key`; None: no more."""
        if request is None:
            self._requests.pop(key, None)
        else:
            self._requests[key] = request
        self.plan_soon()

    def plan_soon(self) -> None:
        """Tell the engine what to look at, once all docks have said what they ask."""
        self._plans.start()

    def plan(self) -> None:
        """Tell it now."""
        session, engine = self._session, self._session.engine
        if engine is not None:
            rest = 0.0 if session.now.followed is None else CALM_SECONDS
            engine.ask(session.snapshot(), tuple(self._requests.values()), rest)

    def take(self, news: Progress) -> None:
        """Keep the newest look until it is drawn."""
        if news.partial is not None:
            self._waiting = news.partial

    def due(self) -> Seen | None:
        """The look that is to be drawn now, if there is one; it is given once."""
        new, moment = self._waiting, monotonic()
        apart = DRAW_SECONDS if self._session.now.followed is None else CALM_SECONDS
        if new is None or (moment - self._drawn < apart and not self._is_recalled(new)):
            return None
        self._waiting, self._drawn = None, moment
        return new

    def _is_recalled(self, seen: Seen) -> bool:
        """Whether it shows the moment of a training for the first time that was asked for."""
        now = self._session.now
        if now.recalled is None or seen.snapshot is not self._session.snapshot():
            return False
        return now.seen is None or now.seen.snapshot is not seen.snapshot

    def _close(self) -> None:
        self._plans.stop()
        self._requests.clear()
