"""Reads what a person wishes to see: one thing at a time, and then only the newest wish."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import UserError
from core.jobs import Job

if TYPE_CHECKING:
    from workbench.session import Session


class Reader(QObject):
    """Wishes do not queue: while one is read, or it rests, each new one replaces the last.

    It rests for `rest_ms` after each, for what changes often but need not be seen at once.
    """

    #: What was wished for.
    came = Signal(object)
    #: Why it could not be read.
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        title: str,
        parent: QObject | None = None,
        *,
        lane: str = "io",
        rest_ms: int = 0,
    ) -> None:
        super().__init__(parent)
        self._session, self._title, self._lane = session, title, lane
        self._wish: Callable[[], Any] | None = None
        self._job: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=rest_ms)
        self._rest.timeout.connect(self._begin)
        session.closing.connect(self.forget)

    @property
    def is_busy(self) -> bool:
        """Whether something is read, or will be."""
        return self._is_reading or self._wish is not None

    def ask(self, wish: Callable[[], Any]) -> None:
        """Read this next."""
        self._wish = wish
        if not self._is_reading and not self._rest.isActive():
            self._begin()

    def forget(self) -> None:
        """Nothing is wished for any more; what is read now does not come."""
        self._wish = None
        self._rest.stop()
        if self._job is not None:
            self._job.cancel()

    @property
    def _is_reading(self) -> bool:
        return self._job is not None and self._job.is_live

    def _begin(self) -> None:
        if self._wish is None:
            return
        wish, self._wish = self._wish, None
        self._job = self._session.start(
            self._title,
            wish,
            lane=self._lane,
            awaited=not self._rest.interval(),
            on_done=self._on_done,
            on_error=self._on_error,
        )

    def _on_done(self, result: Any) -> None:
        self._end()
        self.came.emit(result)

    def _on_error(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, UserError):
            raise error
        self.failed.emit(str(error))

    def _end(self) -> None:
        if self._rest.interval():
            self._rest.start()
        else:
            self._begin()
