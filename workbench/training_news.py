"""How the news of a training reach the docks: by turns, so that the window stays quick."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.network.snapshot import Snapshot
    from core.network.spec import ModelSpec
    from core.training.train import TrainingReport
    from workbench.session import Session

#: Each curve, and the docks, are drawn in turn, this far apart, in s.
SHOWN_SECONDS = 0.125
#: The turn of the docks that show the network, and of those that show how the training stands.
WEIGHTS, STANDING = "weights", "standing"


@dataclass(frozen=True, eq=False)
class Training:
    """How a training stands: its newest report, the name of its data set, its run's folder."""

    report: TrainingReport
    data: str
    folder: Path | None = None


class TrainingNews(QObject):
    """The newest report of the present or last training, and what the docks were shown of it.

    GUI thread only.
    """

    #: A panel of the curves of `report` is to be drawn anew; empty: all of them.
    curves_due = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._data = ""
        self._origin: tuple[str, ModelSpec | None] = ("", None)
        self._shown = 0.0
        self._turn = 0
        #: The newest report; None before the first.
        self.report: TrainingReport | None = None
        #: Where its run is kept.
        self.folder: Path | None = None

    def begin(self, data: str, folder: Path) -> None:
        """Forget the last training: one of this data set begins."""
        self._data, self.folder, self.report = data, folder, None
        self._session.tell_data(data)
        self._session.recall(None)
        self._session.tell_training(None)
        self.curves_due.emit("")

    def look_on(self) -> None:
        """It is the open network that is trained."""
        self._origin = self._open_now()

    @property
    def is_looked_at(self) -> bool:
        """Whether what is open is still the network, unedited, with which the training began."""
        return self._open_now() == self._origin

    def take(self, report: TrainingReport) -> str:
        """Keep the newest report; gives what it has to tell besides its numbers, if that is new."""
        known = self.report.notes if self.report is not None else ()
        self.report = report
        return report.notes[-1] if report.notes and report.notes != known else ""

    def show_next_part(self) -> None:
        """Let the docks, or one of the curves with the figures, be drawn, unless it is too soon."""
        if self.report is None or monotonic() - self._shown < SHOWN_SECONDS:
            return
        self._shown = monotonic()
        turns = (WEIGHTS, STANDING, *self.report.curves.panels)
        self._turn = (self._turn + 1) % len(turns)
        turn = turns[self._turn]
        if turn == WEIGHTS:
            self._follow(self.report.snapshot)
        elif turn == STANDING:
            self._tell()
        else:
            self.curves_due.emit(turn)

    def show_all(self) -> None:
        """Let everything be drawn."""
        if self.report is not None:
            self.curves_due.emit("")
            self._tell()
            self._follow(self.report.snapshot)

    def end(self, snapshot: Snapshot | None) -> None:
        """Make what was learned the network that is open, as one step of undo.

        A network that was opened or edited meanwhile stays: the run has what was learned.
        """
        recalled = self._session.now.recalled
        self._session.follow(None)
        if snapshot is not None and self.is_looked_at:
            self._open(snapshot)
        self._session.recall(recalled)
        self._tell()
        self.curves_due.emit("")

    def _open_now(self) -> tuple[str, ModelSpec | None]:
        model = self._session.model
        return self._session.document.snapshot, model.spec if model is not None else None

    def _follow(self, snapshot: Snapshot) -> None:
        """Let the docks look at it, unless another network is open meanwhile."""
        if self.is_looked_at:
            self._session.follow(snapshot)

    def _tell(self) -> None:
        """Let the docks that measure the training show how it stands."""
        if self.report is not None:
            self._session.tell_training(Training(self.report, self._data, self.folder))

    def _open(self, snapshot: Snapshot) -> None:
        model = self._session.model
        if model is not None and model.spec == snapshot.model.spec:
            self._session.edit(model=snapshot.model, snapshot=self._session.keep(snapshot))
        else:
            self._session.open_snapshot(snapshot)
