"""The list of runs: sorted, and chosen from, while the runs go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.training.catalogue import Entry
from tests.workbench.widgets.conftest import Show, has_colour
from workbench.run_columns import COLUMNS
from workbench.widgets.run_table import RunTable

TITLES = [column.title for column in COLUMNS]
Made = Callable[..., Entry]


def made(number: int, name: str, accuracy: float | None = None, **values: object) -> Entry:
    metrics = {} if accuracy is None else {"test_accuracy": accuracy, "test_loss": 1 - accuracy}
    entry = Entry(Path("/runs", name), "LeNet-5", {}, "digits", {}, 0, {}, started=float(number))
    return Entry(**vars(entry) | {"id": number, "metrics": metrics, "state": "done"} | values)


RUNS = (made(1, "good", 0.9), made(2, "new", None, state="running"), made(3, "bad", 0.1))


@pytest.fixture
def table(show: Show) -> RunTable:
    shown = RunTable()
    show(shown, 1000)
    shown.show_entries(RUNS)
    return shown


def names(entries: Sequence[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def press_head(qtbot: QtBot, table: RunTable, title: str) -> None:
    header = table.horizontalHeader()
    left = header.sectionViewportPosition(TITLES.index(title))
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(left + 20, 8))


def test_the_newest_run_comes_first(table: RunTable) -> None:
    assert names(table.entries) == ["bad", "new", "good"]


def test_a_click_on_a_head_sorts_and_another_one_turns_it(table: RunTable, qtbot: QtBot) -> None:
    press_head(qtbot, table, "test accuracy")
    assert names(table.entries) == ["good", "bad", "new"]

    press_head(qtbot, table, "test accuracy")
    assert names(table.entries) == ["bad", "good", "new"]

    press_head(qtbot, table, "name")
    assert names(table.entries) == ["bad", "good", "new"]


def test_what_is_chosen_stays_chosen_wherever_it_moves(table: RunTable, qtbot: QtBot) -> None:
    table.choose([1])
    press_head(qtbot, table, "test accuracy")
    table.show_entries([made(4, "newer", 0.95), *RUNS[:2]])

    assert names(table.entries) == ["newer", "good", "new"]
    assert names(table.chosen) == ["good"]


def test_tells_that_a_chosen_run_went_on(table: RunTable, qtbot: QtBot) -> None:
    table.choose([2])
    with qtbot.waitSignal(table.chosen_changed):
        table.show_entries([RUNS[0], replace(RUNS[1], step=7), RUNS[2]])

    assert table.chosen[0].step == 7


def test_says_nothing_where_nothing_changed(table: RunTable, qtbot: QtBot) -> None:
    table.choose([2])
    with qtbot.assertNotEmitted(table.chosen_changed):
        table.show_entries([RUNS[0], replace(RUNS[1]), replace(RUNS[2], step=9)])


def test_a_run_that_is_gone_from_the_list_is_not_chosen_any_more(table: RunTable) -> None:
    table.choose([1, 3])
    table.show_entries(RUNS[:2])

    assert names(table.chosen) == ["good"]


def test_columns_give_way_to_those_that_matter_more(table: RunTable, qtbot: QtBot) -> None:
    assert set(table.columns) == set(TITLES)

    table.resize(300, 200)
    qtbot.waitUntil(lambda: len(table.columns) < 5)

    assert {"name", "state"} <= set(table.columns)


def test_enter_opens_and_delete_asks(table: RunTable, qtbot: QtBot) -> None:
    table.choose([1])
    with qtbot.waitSignal(table.open_wanted):
        qtbot.keyClick(table, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.delete_wanted):
        qtbot.keyClick(table, Qt.Key.Key_Delete)


def test_a_state_has_a_dot_of_its_colour_and_says_why(table: RunTable) -> None:
    table.show_entries([made(1, "lost", state="failed", problem="The disk was full.")])
    state = table.model().index(0, TITLES.index("state"))

    assert has_colour(table, "danger")
    assert (state.data(), state.data(Qt.ItemDataRole.ToolTipRole)) == (
        "failed",
        "The disk was full.",
    )
