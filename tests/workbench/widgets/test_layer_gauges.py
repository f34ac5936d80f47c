from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, has_colour, picture_of, point, press
from workbench.widgets.layer_gauges import Column, Gauge, GaugeRow, LayerGauges

COLUMNS = (Column("gradient", "Its norm"), Column("dead", "Silent units", False, 0.5))


def gauge(value: float, *course: float) -> Gauge:
    return Gauge(value, np.array(course or (value,), np.float32))


def rows(dead: float) -> tuple[GaugeRow, ...]:
    return (
        GaugeRow("conv1", {"gradient": gauge(0.5, 0.01, 0.1, 0.5)}),
        GaugeRow("relu1", {"dead": gauge(dead)}),
        GaugeRow("output", {"gradient": gauge(2.0, 1.0, 3.0, 2.0)}),
    )


@pytest.fixture
def view(show: Show) -> LayerGauges:
    made = LayerGauges(COLUMNS, empty="Train a network.")
    show(made, 420, 120)
    made.show_rows(rows(0.25))
    return made


def test_a_click_chooses_the_layer_of_the_row(view: LayerGauges, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as heard:
        press(qtbot, view, 20, view.row_rect("relu1").center().y())

    assert heard.args == ["relu1"]
    assert view.selected == "relu1"
    assert has_colour(view, "accent_soft")


def test_up_and_down_walk_over_the_layers(view: LayerGauges, qtbot: QtBot) -> None:
    told: list[str] = []
    view.chosen.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)

    assert told == ["conv1", "relu1", "conv1"]


def test_a_share_beyond_its_limit_is_drawn_as_a_danger(view: LayerGauges) -> None:
    before = has_colour(view, "danger")
    view.show_rows(rows(0.75))

    assert not before
    assert has_colour(view, "danger")


def test_the_pointer_tells_layer_and_column(view: LayerGauges, qtbot: QtBot) -> None:
    heard: list[tuple[str, str]] = []
    view.hovered.connect(lambda layer, column: heard.append((layer, column)))
    point(qtbot, view, 400, view.row_rect("relu1").center().y())

    assert heard[-1] == ("relu1", "dead")
    assert view.toolTip() == "Silent units"


def test_assistants_hear_the_numbers(view: LayerGauges) -> None:
    told = view.accessibleDescription()

    assert told == "conv1: gradient 0.5; relu1: dead 25.0\N{NO-BREAK SPACE}%; output: gradient 2"


def test_what_is_no_number_or_zero_is_drawn_without_a_course(view: LayerGauges) -> None:
    view.show_rows([GaugeRow("conv1", {"gradient": gauge(float("nan"), 0.0, float("inf"))})])

    assert picture_of(view).any()
    assert "not a number" in view.accessibleDescription()


def test_without_rows_it_says_what_to_do(view: LayerGauges) -> None:
    view.show_rows(())

    assert has_colour(view, "secondary")
    assert not has_colour(view, "data")
