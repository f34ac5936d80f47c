"""The status bar: what is looked at, what runs, the device, and what there is to say."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from workbench.parts import dressed
from workbench.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from core.jobs import Job
    from workbench.session import Session

#: How long a sentence stays, in ms; longer where it tells of a problem.
SHORT_MS, LONG_MS = 6000, 20000
#: Work that is over sooner, in ms, is not told of: it would only flicker.
BRIEF_MS = 250


class StatusBar(QFrame):
    """Says the present; a click on the jobs lists them with Stop."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.session = session
        self.looking = ElidedLabel(part="caption")
        self.message = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignHCenter)
        self.jobs = dressed(QToolButton(), "caption")
        self.jobs.setToolTip("What is running; click to stop it")
        self.jobs.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.jobs)
        self._menu.aboutToShow.connect(self._list_jobs)
        self.jobs.setMenu(self._menu)
        # Its room stays, as the whole window would be laid out anew each time that work begins.
        keeps_room = self.jobs.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.jobs.setSizePolicy(keeps_room)
        self.jobs.hide()
        self._brief = QTimer(self, singleShot=True, interval=BRIEF_MS)
        self._brief.timeout.connect(self._tell_jobs)
        self.device = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignRight)
        self._clear = QTimer(self, singleShot=True)
        self._clear.timeout.connect(lambda: self.message.set_text(""))
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tell_device)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 12, 3)
        row.setSpacing(16)
        row.addWidget(self.looking, 3)
        row.addWidget(self.message, 6)
        row.addWidget(self.jobs)
        row.addWidget(self.device, 2)
        session.said.connect(self.say)
        session.changed.connect(self._on_changed)
        session.jobs_changed.connect(self._tell_jobs)
        session.ready.connect(self._on_ready)
        self._tell_jobs()

    def say(self, sentence: str, problem: bool = False) -> None:
        """Show a sentence for a while."""
        dressed(self.message, "danger" if problem else "caption")
        self.message.set_text(sentence)
        self._clear.start(LONG_MS if problem else SHORT_MS)

    def stop_clock(self) -> None:
        """No more ticking: the window closes."""
        for timer in (self._clock, self._clear, self._brief):
            timer.stop()

    def _on_ready(self) -> None:
        self._clock.start()
        self._tell_device()

    def _on_changed(self, names: frozenset[str]) -> None:
        document = self.session.document
        if document.model is not None and names & {"model", "layer", "unit"}:
            there = [document.layer, f"unit {document.unit}"] if document.layer else []
            self.looking.set_text(" · ".join((document.model.name, *there)))

    def _tell_jobs(self) -> None:
        """Tell of what has run for a while now, and look again once the others have."""
        jobs = self._told_jobs()
        titles = [job.title for job in jobs if monotonic() - job.began >= BRIEF_MS / 1000]
        if titles:
            self.jobs.setText(titles[0] if len(titles) == 1 else f"{len(titles)} jobs running")
        self.jobs.setVisible(bool(titles))
        if len(titles) < len(jobs) and not self._brief.isActive():
            self._brief.start()

    def _tell_device(self) -> None:
        engine = self.session.engine
        if engine is not None:
            used, total = engine.memory()
            self.device.set_text(f"{engine.device.upper()} · {used:.1f} of {total:.1f} GB")

    def _list_jobs(self) -> None:
        self._menu.clear()
        for job in self._told_jobs():
            share = f" · {job.latest.done} of {job.latest.total}" if job.latest.total else ""
            self._menu.addAction(f"Stop {job.title}{share}", partial(_stop, job))

    def _told_jobs(self) -> list[Job]:
        """Those that a person may want to stop; what has no title is over at once."""
        return [job for job in self.session.jobs.live if job.title and job.lane != "live"]


def _stop(job: Job) -> None:
    job.cancel()
