"""Training runs as a table that is sorted by any column, and in which several can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from core.training.catalogue import Entry
from workbench.parts import spoken
from workbench.run_columns import COLUMNS
from workbench.widgets.columns import that_fit
from workbench.widgets.dot import SIDE
from workbench.widgets.run_rows import ARROWS, RunRows, font_of

#: The column by which the newest run comes first.
STARTED = [column.title for column in COLUMNS].index("started")
#: Room beside a cell's text, the most that a column takes from others, a row's height, in px.
MARGIN, WIDEST, ROW = 26, 150, 26
#: So many of a column's longest texts are measured.
MEASURED = 4


class RunTable(QTableView):
    """The columns that there is room for; what is chosen stays so while the runs go on."""

    #: Other runs are chosen, or one of them stands otherwise.
    chosen_changed = Signal()
    #: The person wants the chosen run opened: a double click, or Enter.
    open_wanted = Signal()
    #: The person presses Delete.
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, showGrid=False)
        spoken(self, "Training runs")
        self._rows = RunRows(self)
        self._told: tuple[Entry, ...] = ()
        self.setModel(self._rows)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setSortingEnabled(True)
        self._dress_header()
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)
        self.selectionModel().selectionChanged.connect(self._tell)
        self.doubleClicked.connect(self.open_wanted)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The runs in the order of their rows."""
        return self._rows.entries

    @property
    def chosen(self) -> tuple[Entry, ...]:
        """The chosen runs, by their numbers: their order stays however the rows are sorted."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        return tuple(sorted((self.entries[row] for row in rows), key=lambda entry: entry.id))

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles of the columns that are seen."""
        return tuple(c.title for k, c in enumerate(COLUMNS) if not self.isColumnHidden(k))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other runs, or the same as they stand now."""
        if self._rows.set_entries(entries):
            self._fit_columns()
            self._tell()

    def choose(self, numbers: Sequence[int]) -> None:
        """Choose the runs of these numbers, and bring the first of them into view."""
        rows = [row for row, entry in enumerate(self.entries) if entry.id in numbers]
        selection = QItemSelection()
        for row in rows:
            selection.select(self._rows.index(row, 0), self._rows.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)
        if rows:
            first = self._rows.index(rows[0], 0)
            self.selectionModel().setCurrentIndex(first, flags.NoUpdate)
            self.scrollTo(first)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as fit, and what is chosen where it gets lower."""
        super().resizeEvent(event)
        self._fit_columns()
        if self.selectionModel().hasSelection():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete asks whether to delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(False)  # the title has the arrow, which never covers it
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _tell(self) -> None:
        if self.chosen != self._told:
            self._told = self.chosen
            self.chosen_changed.emit()

    def _fit_columns(self) -> None:
        wanted, room = self._widths(), self.viewport().width()
        widths = [min(width, WIDEST) for width in wanted]
        kept = that_fit(widths, [column.rank for column in COLUMNS], room)
        spare = max(0, room - sum(widths[place] for place in kept))
        for place in kept:
            more = min(spare, wanted[place] - widths[place])
            widths[place], spare = widths[place] + more, spare - more
        for place, width in enumerate(widths):
            self.setColumnHidden(place, place not in kept)
            self.setColumnWidth(place, width + spare // len(kept))

    def _widths(self) -> list[int]:
        """How wide each column is to show all of its text, in px."""
        widths = []
        for place, column in enumerate(COLUMNS):
            texts = {
                column.title + max(ARROWS.values()),
                *(column.text(entry) for entry in self.entries),
            }
            longest = sorted(texts, key=len)[-MEASURED:]
            letters = QFontMetrics(font_of(place))
            dots = 2 * SIDE if column.title == "state" else 0
            widths.append(MARGIN + dots + max(map(letters.horizontalAdvance, longest)))
        return widths
