"""Health: the layers as they were measured, and more of the selected one."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.results import Table
from core.training.train import TrainingReport
from tests.workbench.widgets.conftest import press
from workbench.session import Session
from workbench.views.health import HealthView


@pytest.fixture
def view(trained: Session, qtbot: QtBot) -> HealthView:
    made = HealthView(trained)
    qtbot.addWidget(made)
    made.resize(700, 480)
    made.show()
    return made


def test_layers_stand_in_the_order_of_the_network(view: HealthView) -> None:
    rows = {row.layer: set(row.gauges) for row in view.layers.rows}

    assert list(rows) == ["conv", "relu", "output"]
    assert rows["conv"] == rows["output"] == {"gradient", "weights", "update"}
    assert rows["relu"] == {"dead", "saturated"}


def test_shows_what_was_measured(view: HealthView, report: TrainingReport) -> None:
    (conv, _), history = report.observation.weights, report.observation.history

    assert view.layers.rows[0].gauges["gradient"].value == conv.gradient_norm
    assert view.plot.lines["gradient"].tolist() == history.gradient_norm[:, 0].tolist()
    assert view.weights.counts.sum() == 100
    assert view.activations.counts.sum() > 0


def test_a_click_selects_the_layer_everywhere(
    view: HealthView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    press(qtbot, view.layers, 20, view.layers.row_rect("output").center().y())

    history = report.observation.history
    assert trained.document.layer == "output"
    assert view.plot.lines["update"].tolist() == history.update_ratio[:, 1].tolist()
    assert view.activations.counts.size == 0


def test_follows_the_layer_that_is_selected_elsewhere(view: HealthView, trained: Session) -> None:
    trained.select_layer("relu")

    assert view.layers.selected == "relu"
    assert view.weights.counts.sum() == 100  # those of the layer that it follows
    assert view.activations.counts.sum() > 0


def test_few_weights_are_counted_in_few_bars(view: HealthView) -> None:
    assert len(view.weights.counts) == 8
    assert len(view.activations.counts) == 64


def test_exports_a_row_a_layer(view: HealthView) -> None:
    table = view.exportable()

    assert isinstance(table, Table)
    assert table.columns == ("layer", "gradient", "weights", "update", "dead", "saturated")
    assert [row[0] for row in table.rows] == ["conv", "relu", "output"]
    assert table.rows[1][1:4] == (None, None, None)


def test_says_what_to_do_before_a_training(view: HealthView, trained: Session) -> None:
    trained.tell_training(None)

    assert view.layers.rows == ()
    assert not view.details.isVisible()
    assert view.exportable() is None


@pytest.mark.parametrize(
    ("size", "plot", "distributions"),
    [((600, 400), True, True), ((290, 200), True, False), ((600, 110), False, False)],
)
def test_leaves_out_what_a_small_dock_would_cut_off(
    view: HealthView, size: tuple[int, int], plot: bool, distributions: bool
) -> None:
    view.resize(*size)
    assert view.layers.isVisible()
    assert view.plot.isVisible() is plot
    assert view.weights.isVisible() is distributions
    assert view.activations.isVisible() is distributions
