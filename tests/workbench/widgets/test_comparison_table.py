from __future__ import annotations

from PySide6.QtCore import Qt

from core.results import Table
from tests.workbench.widgets.conftest import Show
from workbench import theme
from workbench.widgets.comparison_table import ComparisonTable

TABLE = Table(("", "one", "two"), (("Seed", 3, 3), ("Loss", 0.123456, None)))


def test_writes_numbers_short_and_a_dash_where_there_is_none(show: Show) -> None:
    table = ComparisonTable()
    show(table)
    table.show_table(TABLE)

    model = table.model()
    assert [model.index(1, column).data() for column in range(3)] == ["Loss", "0.1235", "–"]
    assert model.headerData(1, Qt.Orientation.Horizontal) == "one"


def test_lines_that_differ_stand_out(show: Show) -> None:
    table = ComparisonTable()
    show(table)
    table.show_table(TABLE)

    colours = [
        table.model().index(row, 1).data(Qt.ItemDataRole.ForegroundRole).name() for row in (0, 1)
    ]
    assert colours == [theme.theme().secondary, theme.theme().text]
