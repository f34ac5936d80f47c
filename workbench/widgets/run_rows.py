"""The rows of the list of runs as Qt asks for them, in the order that the person wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from core.training.catalogue import Entry, State
from workbench import theme
from workbench.run_columns import COLUMNS, state_help
from workbench.widgets.dot import dot

Index = QModelIndex | QPersistentModelIndex
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
#: The part of the theme whose colour the dot of a state has.
PARTS: dict[State, str] = {
    "running": "data",
    "done": "good",
    "stopped": "secondary",
    "failed": "danger",
    "killed": "danger",
    "gone": "disabled",
}
#: What the head of the column that is sorted by ends in.
ARROWS = {Qt.SortOrder.AscendingOrder: " ↑", Qt.SortOrder.DescendingOrder: " ↓"}


class RunRows(QAbstractTableModel):
    """A row is its run's, by its number: it stays selected wherever sorting moves it."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self._given: tuple[Entry, ...] = ()
        self._column = 0
        self._order = Qt.SortOrder.AscendingOrder
        self._roles: dict[int, Callable[[Entry, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda entry, column: COLUMNS[column].text(entry),
            Qt.ItemDataRole.TextAlignmentRole: lambda _, column: _alignment(column),
            Qt.ItemDataRole.FontRole: lambda _, column: font_of(column),
            Qt.ItemDataRole.ForegroundRole: lambda _, column: _colour(column),
            Qt.ItemDataRole.DecorationRole: _decoration,
            Qt.ItemDataRole.ToolTipRole: _tip,
        }

    def set_entries(self, given: Sequence[Entry]) -> bool:
        """Take over runs in any order; whether they are others, or stand otherwise."""
        if tuple(given) == self._given:
            return False
        self._given = tuple(given)
        self._remove_all_but({entry.id for entry in given})
        self._append({entry.id for entry in self.entries})
        known = {entry.id: entry for entry in given}
        self._arrange([known[entry.id] for entry in self.entries])
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; runs without a value there come last."""
        self._column, self._order = column, order
        self._arrange(self.entries)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:  # noqa: D102
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title + ARROWS[self._order] * (section == self._column)
        if role == Qt.ItemDataRole.InitialSortOrderRole:
            return _first_order(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].help
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = 0) -> Any:  # noqa: D102
        tell = self._roles.get(role)
        return tell(self.entries[index.row()], index.column()) if tell is not None else None

    def _remove_all_but(self, kept: set[int]) -> None:
        for row in reversed(range(len(self.entries))):
            if self.entries[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                self.entries = self.entries[:row] + self.entries[row + 1 :]
                self.endRemoveRows()

    def _append(self, known: set[int]) -> None:
        new = tuple(entry for entry in self._given if entry.id not in known)
        if new:
            self.beginInsertRows(QModelIndex(), len(self.entries), len(self.entries) + len(new) - 1)
            self.entries += new
            self.endInsertRows()

    def _arrange(self, entries: Sequence[Entry]) -> None:
        """Put the rows, whose runs stand as in `entries`, into their order."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self.entries[index.row()].id for index in before]
        self.entries = self._sorted(entries)
        places = {entry.id: row for row, entry in enumerate(self.entries)}
        after = [
            self.index(places[number], index.column())
            for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _sorted(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        key = COLUMNS[self._column].key
        told = [(found, entry) for entry in entries if (found := key(entry)) is not None]
        untold = (entry for entry in entries if key(entry) is None)
        falling = self._order == Qt.SortOrder.DescendingOrder
        told.sort(key=lambda pair: pair[0], reverse=falling)
        return (*(entry for _, entry in told), *untold)


def font_of(column: int) -> QFont:
    """The font of a column's texts."""
    is_name = COLUMNS[column].title == "name"
    return theme.font(weight=QFont.Weight.DemiBold) if is_name else theme.font(theme.SMALL)


def _first_order(column: int) -> Qt.SortOrder:
    """What the first click on a head wants: numbers from the greatest, words from A."""
    order = Qt.SortOrder
    return order.DescendingOrder if COLUMNS[column].is_number else order.AscendingOrder


def _alignment(column: int) -> int | None:
    return RIGHT if COLUMNS[column].is_number else None


def _colour(column: int) -> Any:
    is_strong = COLUMNS[column].title in ("name", "state", "test accuracy")
    return theme.theme().colour("text" if is_strong else "secondary")


def _decoration(entry: Entry, column: int) -> Any:
    is_state = COLUMNS[column].title == "state"
    return dot(theme.theme().colour(PARTS[entry.state])) if is_state else None


def _tip(entry: Entry, column: int) -> str:
    return state_help(entry) if COLUMNS[column].title == "state" else COLUMNS[column].text(entry)
