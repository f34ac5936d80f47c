"""Runs: every training that was recorded, to be found, compared, gone on with and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.jobs import Job
from core.results import Curves, Table
from core.training.catalogue import Catalogue, Entry, matching
from core.training.export_run import check_form, export_run
from core.training.run_folders import add_folder, delete_runs, size_of
from workbench.parts import dressed, label, scrolled, spoken, tight
from workbench.run_actions import RunActions
from workbench.run_columns import COLUMNS
from workbench.run_details import MOST, RunDetails, read_curves
from workbench.run_question import DELETE, KEEP, counted, deletion_question
from workbench.session import Session
from workbench.view import View
from workbench.widgets.empty import EmptyState
from workbench.widgets.finding_card import FindingCard
from workbench.widgets.run_table import RunTable

#: How often the catalogue is read while it is seen, in ms.
READ_MS = 2000
#: Room for the head of the table and two rows, and for what is below it, in px.
LOWEST, LOWEST_DETAILS = 78, 48
#: How the table and the details share what there is.
SHARES = (200, 300)

NO_RUNS = "No runs yet. Press Train: each training is kept, and stands here."
NOTHING_FOUND = "In no run do all of these words occur."
HINT = "Choose a run to see more of it, or several to compare them."


class RunsView(View):
    """The catalogue as a table; below it what is chosen, and what can be done with it."""

    title = "Runs"
    menu = "Network"
    workspace = "Train"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.catalogue = Catalogue()
        self.entries: tuple[Entry, ...] = ()
        self._reading: Job | None = None
        self._trouble = ""
        self._said = ("", False)
        self._wanted: tuple[int, ...] = ()
        self._asked_for: tuple[int, ...] = ()
        self._timer = QTimer(self, interval=READ_MS)
        self._timer.timeout.connect(self._on_time)
        self.search = spoken(QLineEdit(), "Search the runs")
        self.search.setPlaceholderText("Search, as in lenet adam done")
        self.search.setClearButtonEnabled(True)
        self.add_button = QPushButton("Add a folder…")
        self.add_button.setToolTip("Take a run that was trained elsewhere, or moved, into the list")
        self.table = RunTable()
        self.empty = EmptyState("Reading the runs.")
        self.buttons = RunActions()
        self.question: FindingCard | None = None
        self.details = RunDetails()
        self.message = label(part="secondary", wraps=True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._connect()
        self._show_chosen()

    # What the person does

    def open(self) -> None:
        """Look at the chosen run: its network, its curves and its moments."""
        self.session.coach.watch(self._chosen_one().folder)

    def resume(self) -> None:
        """Go on with the chosen run."""
        self.session.coach.resume(self._chosen_one().folder)

    def export(self, form: str, out: Path) -> None:
        """Write the curves of the chosen run, and say where they are."""
        entry = self._chosen_one()
        self._start(
            f"Exporting {entry.name}",
            partial(export_run, entry.folder, form, out),
            lambda _: self._say(f"The curves of {entry.name} are in {out}."),
        )

    def add(self, folder: Path) -> None:
        """Take the run in a folder into the list, and choose it."""
        work = partial(add_folder, self.catalogue, folder)
        self._start(f"Adding {folder.name}", work, self._on_added)

    def ask_to_delete(self) -> None:
        """Ask whether the chosen runs may go, once it is known how large they are."""
        chosen = self.table.chosen
        folders = [entry.folder for entry in chosen]
        self._start(
            "Measuring folders", partial(size_of, folders), partial(self._ask, chosen), "runs size"
        )

    # What a view does

    def exportable(self) -> Table:
        """What is compared, or else the list."""
        cells = tuple(tuple(column.text(entry) for column in COLUMNS) for entry in self.entries)
        whole = Table(tuple(column.title for column in COLUMNS), cells, "training runs")
        return self.details.table or whole

    def showEvent(self, event: QShowEvent) -> None:
        """Read the catalogue, and go on doing so."""
        super().showEvent(event)
        self._read()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: read no more."""
        super().hideEvent(event)
        self._timer.stop()
        if self._reading is not None:
            self._reading.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape keeps what would be deleted."""
        if event.key() == Qt.Key.Key_Escape and self.question is not None:
            self._close_question()
        else:
            super().keyPressEvent(event)

    # The list

    def _on_time(self) -> None:
        if self._reading is None or not self._reading.is_live:
            self._read()

    def _read(self) -> None:
        self._reading = self.session.start(
            "",  # too short to be told of
            self.catalogue.list,
            lane="io",
            key="view runs",
            on_done=self._on_listed,
            on_error=self._on_unread,
        )

    def _on_listed(self, entries: tuple[Entry, ...]) -> None:
        self._trouble = ""
        self.entries = entries
        self._show_list()
        if self._wanted:
            self.table.choose(self._wanted)
            self._wanted = ()

    def _on_unread(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._trouble = str(error)
        self._show_list()

    def _show_list(self) -> None:
        """The runs in which the words occur, or why there are none."""
        found = matching(self.entries, self.search.text())
        self.table.show_entries(found)
        self.empty.set_text(self._emptiness())
        self.empty.setVisible(not found)
        self.table.setVisible(bool(found))
        self.search.setEnabled(bool(self.entries))
        count = f"{len(found)} of " * (len(found) < len(self.entries))
        self.set_subtitle(f"{count}{counted(len(self.entries))}" if self.entries else "")
        self._show_message()

    def _emptiness(self) -> str:
        return NOTHING_FOUND if self.entries else self._trouble or NO_RUNS

    # What is chosen

    def _chosen_one(self) -> Entry:
        (entry,) = self.table.chosen
        return entry

    def _show_chosen(self) -> None:
        chosen = self.table.chosen[:MOST]
        self._below.setVisible(bool(chosen))
        self.details.show_runs(chosen)
        if self.question is not None and self._asked_for != _numbers(self.table.chosen):
            self._close_question()
        self._show_actions()
        self._show_message()
        if chosen:
            self.session.start(
                "",
                partial(read_curves, chosen),
                lane="io",
                key="runs curves",
                on_done=self._on_curves,
            )

    def _on_curves(self, found: tuple[Curves, str]) -> None:
        curves, problem = found
        self.details.show_curves(curves)
        if problem:
            self._say(problem, True)

    def _show_actions(self) -> None:
        coach = self.session.coach
        self.buttons.setVisible(bool(self.table.chosen) and self.question is None)
        self.buttons.show_runs(self.table.chosen, is_training=coach.is_running)

    def _on_coach(self) -> None:
        self._show_actions()
        if self.isVisible():
            self._read()

    # Deleting

    def _ask(self, chosen: tuple[Entry, ...], count: int) -> None:
        if _numbers(chosen) != _numbers(self.table.chosen):
            return
        self._close_question()
        self._asked_for = _numbers(chosen)
        self.question = deletion_question(chosen, count)
        self.question.pressed.connect(partial(self._on_answer, chosen))
        self._asked.addWidget(self.question)
        self.question.buttons[KEEP].setFocus()
        self._show_actions()

    def _on_answer(self, chosen: tuple[Entry, ...], button: int) -> None:
        self._close_question()
        if button == DELETE:
            said = f"Deleted {counted(len(chosen))}."
            work = partial(delete_runs, self.catalogue, chosen)
            self._start("Deleting runs", work, lambda _: self._on_changed_list(said))

    def _close_question(self) -> None:
        if self.question is not None:
            self._asked.removeWidget(self.question)
            self.question.hide()
            self.question.deleteLater()
            self.question = None
            self._show_actions()

    # Inside

    def _start(
        self, title: str, work: Callable[[], Any], done: Callable[[Any], None], key: str = ""
    ) -> None:
        """Do something with files; why it cannot be done is said here."""
        self._say("")
        self.session.start(title, work, lane="io", key=key, on_done=done, on_error=self._on_error)

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(str(error), True)
        self._read()

    def _on_added(self, number: int) -> None:
        self.search.clear()
        self._wanted = (number,)
        self._on_changed_list("")

    def _on_changed_list(self, said: str) -> None:
        self._say(said)
        self._read()

    def _on_add(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Add the folder of a run")
        if name:
            self.add(Path(name))

    def _on_export(self, form: str) -> None:
        try:
            check_form(form)
        except UserError as error:
            self._say(str(error), True)
            return
        out = _ask_place(self, self._chosen_one().name, form)
        if out is not None:
            self.export(form, out)

    def _on_folder(self) -> None:
        folder = self._chosen_one().folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._say(f"No program here shows folders; this one is {folder}.", True)

    def _say(self, sentence: str, problem: bool = False) -> None:
        self._said = (sentence, problem)
        self._show_message()

    def _show_message(self) -> None:
        """What is wrong with the list, or what there was to say last, or what to do."""
        if self._trouble and self.entries:
            sentence, problem = self._trouble, True
        elif self._said[0]:
            sentence, problem = self._said
        else:
            sentence, problem = self._hint(), False
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def _hint(self) -> str:
        count = len(self.table.chosen)
        if count > MOST:
            return f"The first {MOST} of {count} runs are compared."
        return "" if count or not self.table.entries else HINT

    def _connect(self) -> None:
        self.search.textChanged.connect(self._show_list)
        self.add_button.clicked.connect(self._on_add)
        self.table.chosen_changed.connect(self._show_chosen)
        self.table.open_wanted.connect(self.buttons.open.click)
        self.table.delete_wanted.connect(self.buttons.delete.click)
        self.buttons.open.clicked.connect(self.open)
        self.buttons.resume.clicked.connect(self.resume)
        self.buttons.export_wanted.connect(self._on_export)
        self.buttons.folder.clicked.connect(self._on_folder)
        self.buttons.delete.clicked.connect(self.ask_to_delete)
        self.session.coach.state_changed.connect(self._on_coach)
        self.session.coach.said.connect(self._say)

    def _lay_out(self) -> None:
        head = tight(QHBoxLayout())
        head.addWidget(self.search, 1)
        head.addWidget(self.add_button)
        listed = QWidget()
        upper = tight(QVBoxLayout(listed))
        self.table.setMinimumHeight(LOWEST)
        upper.addWidget(self.table, 1)
        upper.addWidget(self.empty, 1)
        self._below = scrolled(self.details)
        self._below.setMinimumHeight(LOWEST_DETAILS)
        parts = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        for part in (listed, self._below):
            parts.addWidget(part)
        parts.setSizes(SHARES)
        whole = tight(QVBoxLayout(self))
        whole.addLayout(head)
        whole.addWidget(parts, 1)
        whole.addWidget(self.buttons)
        self._asked = tight(QVBoxLayout())
        whole.addLayout(self._asked)
        whole.addWidget(self.message)


def _numbers(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(entry.id for entry in entries)


def _ask_place(parent: QWidget, name: str, form: str) -> Path | None:
    """Where the person wants the curves of a run; event files go to a folder of its name."""
    if form == "csv":
        chosen, _ = QFileDialog.getSaveFileName(
            parent, f"Export the curves of {name}", f"{name}.csv", "CSV (*.csv)"
        )
        return Path(chosen) if chosen else None
    chosen = QFileDialog.getExistingDirectory(parent, f"Export the curves of {name} into a folder")
    return Path(chosen, name) if chosen else None
