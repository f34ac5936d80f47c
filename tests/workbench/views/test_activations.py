from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.activations import ActivationsView


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> ActivationsView:
    session.select_layer("conv1")
    made = ActivationsView(session)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitUntil(lambda: made.result is not None, timeout=PATIENCE)
    return made


def test_the_statistics_of_the_selected_unit_are_always_told(view: ActivationsView) -> None:
    view.session.select_unit(3)
    figures = view.result.statistics
    assert view.summary.whole.startswith("unit 3 · mean ")
    assert list(figures) == ["mean", "max", "zeros"]
    assert all(name in view.summary.whole for name in figures)


def test_one_map_is_not_several(view: ActivationsView, qtbot: QtBot) -> None:
    said: list[str] = []
    view.subtitle_changed.connect(said.append)
    one = view.result
    view.show_result(type(one)(one.maps[:1], one.meaning, layer="conv1"))
    assert said[-1] == "conv1 · 1 map, 16 × 16"
