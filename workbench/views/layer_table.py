"""The layer table: shape, parameters, operations, memory and receptive field of each layer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from core.network.geometry import LayerRow
from core.results import Table
from workbench import theme
from workbench.parts import spoken, tight
from workbench.session import Session
from workbench.spine import short
from workbench.view import View
from workbench.widgets.elided import ElidedLabel

Index = QModelIndex | QPersistentModelIndex
SMALL = theme.SMALL
COLUMNS = ("layer", "kind", "output", "parameters", "share", "MACs", "memory", "receptive field")
#: Columns of text; the others are numbers and stand at the right.
TEXTS = 3


class LayerTableView(View):
    """Every layer with its cost; a click selects it."""

    title = "Table"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._model = _Rows()
        self.table = spoken(QTableView(showGrid=False), "Layers of the network")
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.clicked.connect(
            lambda index: session.select_layer(self._model.name(index.row()))
        )
        self.total = ElidedLabel(part="secondary")
        column = tight(QVBoxLayout(self))
        column.addWidget(self.table, 1)
        column.addWidget(self.total)

    def update_view(self) -> None:
        """Show the layers of the network."""
        rows = self.session.table(self.name)
        self._model.set_rows(rows)
        names = [row.name for row in rows]
        layer = self.session.layer(self.name)
        if layer in names:
            self.table.selectRow(names.index(layer))
        else:
            self.table.clearSelection()
        self.total.set_text(summary(rows))
        model = self.session.model
        self.set_subtitle(model.name if model else "")

    def exportable(self) -> Table:
        """The table as shown."""
        rows = self._model.rows
        return Table(COLUMNS, tuple(tuple(cells(row, total(rows))) for row in rows))


class _Rows(QAbstractTableModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[LayerRow, ...] = ()
        self._total = 0

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        self.beginResetModel()
        self.rows, self._total = rows, total(rows)
        self.endResetModel()

    def name(self, row: int) -> str:
        return self.rows[row].name

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section >= TEXTS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(row, self._total)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= TEXTS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(weight=QFont.Weight.DemiBold) if column == 0 else theme.font(SMALL)
        if role == Qt.ItemDataRole.ForegroundRole:
            part = "danger" if row.problem else "text" if column in (0, 3) else "secondary"
            return theme.theme().colour(part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem or row.summary
        return None


def cells(row: LayerRow, parameters: int) -> list[str]:
    """One row as text."""
    field = row.receptive_field
    share = share_of(row.parameters, parameters)
    return [
        row.name,
        row.kind,
        row.problem or (" × ".join(str(n) for n in row.shape) if row.shape else ""),
        f"{row.parameters:,}" if row.parameters else "",
        share,
        short(row.macs) if row.macs else "",
        memory(row.memory) if row.shape else "",
        ""
        if field is None or not row.shape
        else "all"
        if field.size is None
        else f"{field.size} × {field.size}",
    ]


def share_of(part: int, whole: int) -> str:
    """A share in percent; nothing for none."""
    if not part or not whole:
        return ""
    return f"{part / whole:.1%}" if part / whole >= 0.0005 else "< 0.1%"


def total(rows: tuple[LayerRow, ...]) -> int:
    """The parameters of all layers."""
    return sum(row.parameters for row in rows)


def summary(rows: tuple[LayerRow, ...]) -> str:
    """The network in one line."""
    problems = sum(bool(row.problem) for row in rows)
    parts = [
        f"{total(rows):,} parameters",
        f"{short(sum(row.macs for row in rows))} multiply-accumulates",
        f"{memory(sum(row.memory for row in rows))} of outputs for one image",
    ]
    if problems:
        parts.append(f"{problems} layer{'s do' if problems > 1 else ' does'} not fit")
    return " · ".join(parts)


def memory(size: float) -> str:
    """Bytes in three figures: 18.4 KiB."""
    for step, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size:.0f} B"
