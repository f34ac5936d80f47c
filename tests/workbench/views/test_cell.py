from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.data.source import Source
from core.network.loading import open_model
from tests.workbench.conftest import CAT, PATIENCE
from workbench.session import Session
from workbench.views.cell import CellView


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> CellView:
    made = CellView(session)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def look(
    view: CellView, qtbot: QtBot, words: str, layer: str, *, source: Source | None = CAT
) -> CellView:
    """The dock, looking at a cell of a layer of a network in words."""
    session = view.session
    session.open_snapshot(open_model(words), source)
    session.select_layer(layer)
    session.select_unit(0, (0, 0))
    qtbot.waitUntil(
        lambda: view.result is not None and view.result.layer == layer, timeout=PATIENCE
    )
    return view


@pytest.mark.parametrize(
    ("words", "layer", "told"),
    [
        ("separable 4@3", "separable1", "Pointwise sum"),
        ("scells 4@5", "scells1", "Inhibiting cell v"),
        ("conv 4@3 | se 2", "se1", "Gate"),
        ("conv 4@3 | lrn 3", "norm1", "Divisor"),
        ("subsample 2", "pool1", "Scale"),
    ],
)
def test_shows_the_numbers_of_a_layer(
    view: CellView, qtbot: QtBot, words: str, layer: str, told: str
) -> None:
    look(view, qtbot, f"input 3x16x16 | {words}", layer)
    assert told in dict(view.arithmetic.facts.facts)
    assert view.arithmetic.formula.text()


def test_a_non_linearity_stands_below_the_sum_that_it_is_given(
    view: CellView, qtbot: QtBot
) -> None:
    look(view, qtbot, "input 3x16x16 | conv 4@3 | batchnorm | scaledtanh", "conv1")
    names = [line.partition(":")[0] for line in view.steps.text().splitlines()]
    assert names == ["norm1", "tanh1"]


def test_a_cell_that_is_not_there_is_said_so(view: CellView, qtbot: QtBot) -> None:
    look(view, qtbot, "input 3x16x16 | conv 4@3", "conv1")
    view.session.select_unit(0, (40, 40))
    qtbot.waitUntil(lambda: "there is no cell" in view.strip.message.text(), timeout=PATIENCE)
    assert not view.arithmetic.formula.text()


def test_without_a_cell_it_says_once_what_to_do(view: CellView, qtbot: QtBot) -> None:
    session = view.session
    look(view, qtbot, "input 3x16x16 | conv 4@3", "conv1")
    session.edit(cell=None)
    probe = Inputs(snapshot=session.snapshot(), layer="conv1")
    session.watch("probe", Request("probe", "activations", probe))
    qtbot.waitUntil(
        lambda: session.now.seen is not None and "probe" in session.now.seen.results,
        timeout=PATIENCE,
    )
    assert view.strip.message.text() == ""
    assert not view.arithmetic.formula.text()
