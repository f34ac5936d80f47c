"""What can be done with the runs that are chosen, as a line of buttons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from core.training.catalogue import Entry
from workbench.widgets.flow import FlowLayout

#: The forms of an export, by what the menu calls them.
FORMS = {"Table (CSV)…": "csv", "TensorBoard event files…": "tensorboard"}
#: The states from which a run can be gone on with.
RESUMABLE = ("stopped", "killed", "failed")

ONE = "Choose one run"
HERE = "A network is being trained here; stop it first"


class RunActions(QWidget):
    """Each button is pressed only where it can do something, and says else why not."""

    #: The form in which the curves of the chosen run are wanted.
    export_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = QPushButton("Open")
        self.resume = QPushButton("Resume")
        self.export = QPushButton("Export")
        self.folder = QPushButton("Show folder")
        self.delete = QPushButton("Delete…")
        self._menu = QMenu(self.export)
        for title, form in FORMS.items():
            self._menu.addAction(title, partial(self.export_wanted.emit, form))
        self.export.setMenu(self._menu)
        row = FlowLayout(self, spacing=6)
        for button in (self.open, self.resume, self.export, self.folder, self.delete):
            row.addWidget(button)
        self.show_runs((), is_training=False)

    def show_runs(self, chosen: Sequence[Entry], *, is_training: bool) -> None:
        """Allow what can be done with these; `is_training`: this window trains a network."""
        one = chosen[0] if len(chosen) == 1 else None
        here = HERE * is_training
        is_live = one is not None and one.state == "running"
        self.open.setText("Watch" if is_live else "Open")
        _allow(
            self.open,
            _missing(one) or here,
            "See its network and its curves as they grow" if is_live
            else "Open its network, its curves and its moments",
        )  # fmt: skip
        _allow(
            self.resume,
            _missing(one) or _not_resumable(one) or here,
            "Go on with its training from the last checkpoint",
        )
        _allow(self.export, _missing(one), "Write its curves for other programs")
        _allow(self.folder, _missing(one), "Show its folder in the file manager")
        _allow(self.delete, _not_deletable(chosen), "Delete the folders of the chosen runs")


def _allow(button: QPushButton, hindrance: str, tip: str) -> None:
    button.setEnabled(not hindrance)
    button.setToolTip(hindrance or tip)


def _missing(entry: Entry | None) -> str:
    if entry is None:
        return ONE
    return "Its folder is not there any more" if entry.state == "gone" else ""


def _not_resumable(entry: Entry | None) -> str:
    if entry is None or entry.state in RESUMABLE:
        return ""
    return "It is being trained" if entry.state == "running" else "It took all its steps"


def _not_deletable(chosen: Sequence[Entry]) -> str:
    trained = [entry.name for entry in chosen if entry.state == "running"]
    if not chosen:
        return "Choose one or several runs"
    return f"{trained[0]} is being trained; stop it first" if trained else ""
