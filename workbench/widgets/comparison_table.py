"""Things side by side, a column each, with the lines in which they differ brought out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from core.results import Table
from workbench import theme
from workbench.parts import spoken
from workbench.widgets.dot import dot
from workbench.widgets.hues import hue
from workbench.widgets.number_text import short

Index = QModelIndex | QPersistentModelIndex
Cell = str | int | float | None
#: Columns are no wider than this, rows so high, and a picture in a head is so large, in px.
WIDEST, ROW, ICON = 180, 22, 16


class ComparisonTable(QTableView):
    """A table whose first column are captions; the heads of the others have the curves' colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, showGrid=False)
        spoken(self, "Comparison")
        self._cells = _Cells()
        self.setModel(self._cells)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setMaximumSectionSize(WIDEST)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    @property
    def table(self) -> Table:
        """What is compared."""
        return self._cells.table

    def show_table(self, table: Table) -> None:
        """Compare other things, or the same as they stand now."""
        same = (self.table.columns, self.table.rows) == (table.columns, table.rows)
        if not same:
            self._cells.set_table(table)


class _Cells(QAbstractTableModel):
    """The cells of a table as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table((), ())

    def set_table(self, table: Table) -> None:
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.table.columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:
        if way != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.table.columns[section]
        if role == Qt.ItemDataRole.DecorationRole and section:
            return dot(hue(section - 1), ICON)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.table.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _written(row[index.column()])
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(theme.SMALL)
        if role == Qt.ItemDataRole.ForegroundRole:
            differs = any(cell != row[1] for cell in row[1:])
            return theme.theme().colour("text" if differs and index.column() else "secondary")
        return None


def _written(cell: Cell) -> str:
    if cell is None:
        return "–"
    return short(cell, 4) if isinstance(cell, float) else str(cell)
