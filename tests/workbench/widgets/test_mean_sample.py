from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, colour_at, point
from workbench.widgets.mean_sample import MeanSample


@pytest.fixture
def view(show: Show) -> MeanSample:
    made = MeanSample()
    show(made, 100, 100)
    return made


def test_levels_are_a_picture(view: MeanSample, qtbot: QtBot) -> None:
    view.show_levels(np.array([[10, 20.4], [30, 250]], np.float32))
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view.picture, 75, 25)

    assert colour_at(view, 75, 25) == (20, 20, 20)
    assert heard.args == ["row 0, column 1: mean level 20.4"]


def test_colours_are_told_one_by_one(view: MeanSample, qtbot: QtBot) -> None:
    view.show_levels(np.full((2, 2, 3), (10, 20, 30.2), np.float32))
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view.picture, 25, 75)

    assert heard.args == ["row 1, column 0: mean level 10, 20, 30.2"]


def test_one_row_is_a_curve(view: MeanSample, qtbot: QtBot) -> None:
    view.show_levels(np.array([[100, 128, 130]], np.float32))
    assert view.curve.isVisible()
    assert view.curve.values.tolist() == [100, 128, 130]
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view.curve, 97, 50)

    assert heard.args == ["sample 2: mean level 130"]


def test_there_may_be_no_mean(view: MeanSample) -> None:
    view.show_levels(np.zeros((1, 5), np.float32))
    view.show_levels(None)

    assert view.levels is None
    assert view.picture.picture is None
