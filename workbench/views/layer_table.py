"""The layer table: shape, parameters, operations, memory and receptive field of each layer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from core.errors import UserError
from core.network.allocation import measured_bytes
from core.network.costs import TrainingCost, dense_twin
from core.network.layer_table import LayerRow
from core.results import Table
from workbench import theme
from workbench.cost_columns import COLUMNS, Column, Line, breakdown, lines, summary
from workbench.forms import Form
from workbench.memory_account import MemoryAccount
from workbench.parts import spoken, tight
from workbench.saved_params import save_params, saved_params
from workbench.session import Session
from workbench.spine import short
from workbench.view import View
from workbench.widgets.columns import that_fit
from workbench.widgets.elided import ElidedLabel

Index = QModelIndex | QPersistentModelIndex
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
#: The place of the column in which a layer that does not fit says why.
_OUTPUT = [column.title for column in COLUMNS].index("output")
#: The places of the columns that change with any layer.
_OF_WHOLE = tuple(place for place, column in enumerate(COLUMNS) if column.of_whole)
#: Room beside the text of a cell, in px, and the most that is given beyond it.
MARGIN, SPARE = 28, 64
#: Fields need no more, in px.
FORM = 320
#: So many of a column's longest texts are measured.
MEASURED = 4


class LayerTableView(View):
    """Every layer with its cost; a click selects it."""

    title = "Table"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._rows: tuple[LayerRow, ...] = ()
        self._counted: tuple[LayerRow, ...] | None = None
        self.table = CostTable()
        self.table.clicked.connect(self._on_clicked)
        self.total = ElidedLabel(part="secondary")
        self.reading = ElidedLabel(part="caption")
        self.form = Form(saved_params(session, self.name, TrainingCost))
        self.form.changed.connect(partial(save_params, session, self.name))
        self.form.setMaximumWidth(FORM)
        self.memory = MemoryAccount()
        self.memory.seen.connect(self._count)
        self.options = QWidget()
        folded = tight(QVBoxLayout(self.options), 12)
        folded.addWidget(self.form)
        folded.addWidget(self.memory)
        column = tight(QVBoxLayout(self))
        column.addWidget(self.table, 1)
        column.addWidget(self.total)
        column.addWidget(self.reading)

    def update_view(self) -> None:
        """Show the layers of the network."""
        rows, model = self.session.table(self.name), self.session.model
        params = saved_params(self.session, self.name, TrainingCost)
        self.form.set_params(params)
        *layers, whole = lines(rows, params)
        self.table.show_lines(tuple(layers), params.batch)
        self.total.set_text(summary(rows, whole, params.batch))
        self.set_subtitle(model.name if model else "")
        engine = self.session.engine
        how = engine.how_read(model) if engine is not None and model is not None else ""
        self.reading.set_text(how)
        self.reading.setVisible(bool(how))
        self._rows = rows
        if self.memory.isVisible():
            self._count()
        self._show_layer(self.session.layer(self.name))

    def exportable(self) -> Table:
        """The table with all its columns, and the totals."""
        shown = lines(self._rows, self.form.params)
        cells = tuple(tuple(column.text(line) for column in COLUMNS) for line in shown)
        return Table(tuple(column.title for column in COLUMNS), cells)

    def _show_layer(self, layer: str) -> None:
        """Mark the chosen layer, and say what it would be as a dense one."""
        self.table.select(layer)
        row = next((row for row in self._rows if row.name == layer), None)
        self.set_readout(beside_dense(row) if row is not None else "")

    def _on_clicked(self, index: QModelIndex) -> None:
        self.session.select_layer(self._rows[index.row()].name)

    def _count(self) -> None:
        """Count the memory of an image, where that is seen, and ask torch what it saves."""
        snapshot = self.session.snapshot(self.name)
        if self._rows is self._counted:
            return
        self._counted = self._rows
        self.memory.show_costs(snapshot.model.name if snapshot else "", self._rows)
        if snapshot is None or not self._rows or any(row.problem for row in self._rows):
            self.memory.show_measured("once all layers fit")
            return
        self.session.start(
            "Measuring memory",
            partial(measured_bytes, snapshot),
            lane="analyse",
            key="view layer_table",
            on_done=self.memory.show_measured,
            on_error=self._on_error,
        )

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.memory.show_measured(str(error))


class CostTable(QTableView):
    """The columns that there is room for; those that matter less give way first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, showGrid=False)
        spoken(self, "Layers of the network")
        self._lines = _Lines()
        self.setModel(self._lines)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles of the columns that are seen."""
        return tuple(c.title for k, c in enumerate(COLUMNS) if not self.isColumnHidden(k))

    def show_lines(self, shown: tuple[Line, ...], batch: int) -> None:
        """Show these layers, as they are trained with so many images at a time."""
        if self._lines.set_lines(shown, batch):
            self._give_problems_room()
            self._fit_columns()

    def select(self, layer: str) -> None:
        """Mark the line of a layer."""
        names = [line.row.name for line in self._lines.lines]
        if layer not in names:
            self.clearSelection()
        elif self.currentIndex().row() != names.index(layer) or not self.selectedIndexes():
            self.selectRow(names.index(layer))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as fit."""
        super().resizeEvent(event)
        self._fit_columns()

    def _give_problems_room(self) -> None:
        """What does not fit says so across all columns behind its kind."""
        self.clearSpans()
        for place, line in enumerate(self._lines.lines):
            if line.row.problem:
                self.setSpan(place, _OUTPUT, 1, len(COLUMNS) - _OUTPUT)

    def _fit_columns(self) -> None:
        widths = self._lines.widths()
        room = self.viewport().width()
        kept = that_fit(widths, [column.rank for column in COLUMNS], room)
        spare = max(0, room - sum(widths[k] for k in kept)) // len(kept)
        for place, width in enumerate(widths):
            self.setColumnHidden(place, place not in kept)
            self.setColumnWidth(place, width + min(spare, SPARE))


class _Lines(QAbstractTableModel):
    """The lines as Qt asks for them; their text is made once."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()
        self._texts: tuple[tuple[str, ...], ...] = ()
        self._batch = 1

    def set_lines(self, shown: tuple[Line, ...], batch: int) -> bool:
        """Take over other lines; whether they are others."""
        if (shown, batch) == (self.lines, self._batch):
            return False
        self.beginResetModel()
        pairs = zip(self.lines, self._texts, strict=True)
        before = {line.row.name: (line, texts) for line, texts in pairs}
        self._texts = tuple(_texts(line, *before.get(line.row.name, (None, ()))) for line in shown)
        self.lines, self._batch = shown, batch
        self.endResetModel()
        return True

    def widths(self) -> list[int]:
        """How wide each column is to show all of its text, in px."""
        large = QFontMetrics(theme.font(weight=QFont.Weight.DemiBold))
        return [
            MARGIN + max(map(large.horizontalAdvance, longest(column, texts)))
            for column, texts in zip(COLUMNS, self._by_column(), strict=True)
        ]

    def _by_column(self) -> list[set[str]]:
        """The texts of each column; why a layer does not fit has room of its own."""
        columns = [{texts[place] for texts in self._texts} for place in range(len(COLUMNS))]
        columns[_OUTPUT] -= {line.row.problem for line in self.lines}
        return columns

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:
        if way != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.help
        return RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number else None

    def data(self, index: Index, role: int = 0) -> Any:
        row, column = self.lines[index.row()].row, COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return RIGHT
        if role == Qt.ItemDataRole.FontRole:
            bold = column.title == "layer"
            return theme.font(weight=QFont.Weight.DemiBold) if bold else theme.font(theme.SMALL)
        if role == Qt.ItemDataRole.ForegroundRole:
            strong = column.title in ("layer", "parameters")
            misfit = row.is_misfit
            part = "danger" if misfit else "text" if strong else "secondary"
            return theme.theme().colour(part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(self.lines[index.row()], column)
        return None

    def _tip(self, line: Line, column: Column) -> str:
        if column.title == "training" and not line.row.problem:
            return breakdown(line.training, self._batch)
        return line.row.problem or line.row.summary


def _texts(line: Line, before: Line | None, then: tuple[str, ...]) -> tuple[str, ...]:
    """What the columns say of a layer; where it is as it was before, it is not said anew."""
    if before is None or before.row is not line.row or before.training != line.training:
        return tuple(column.text(line) for column in COLUMNS)
    made = list(then)
    for place in _OF_WHOLE:
        made[place] = COLUMNS[place].text(line)
    return tuple(made)


def beside_dense(row: LayerRow) -> str:
    """A layer beside the dense one with the same inputs and outputs, in a few words."""
    twin = dense_twin(row)
    if twin is None:
        return ""
    if twin.weights == twin.connections:
        return f"{row.name}: {twin.connections:,} connections"
    weights = f"{twin.weights:,}" if twin.weights < 10**9 else short(twin.weights)
    said = f"{row.name} as a dense layer: {weights} weights"
    return f"{said}; unshared: {twin.unshared:,}" if twin.unshared else said


def longest(column: Column, texts: Iterable[str]) -> list[str]:
    """The texts of a column, and its title, that may be the widest."""
    return sorted((column.title, *texts), key=len)[-MEASURED:]
