from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show, colour, has_colour, picture_of, point
from workbench.widgets.signal_plot import BESIDE, SignalPlot


@pytest.fixture
def view(show: Show) -> SignalPlot:
    made = SignalPlot(empty="No signal.")
    show(made, 240, 120)
    return made


@pytest.mark.parametrize("count", [50, 5000])
def test_the_curve_rises_where_the_signal_does(view: SignalPlot, count: int) -> None:
    view.show_values(np.linspace(100, 140, count, dtype=np.float32))
    rows, columns = np.nonzero((picture_of(view) == np.array(colour("data"))).all(2))

    assert rows[columns < BESIDE + 60].mean() > rows[columns > 180].mean() + 40


def test_the_pointer_tells_a_sample(view: SignalPlot, qtbot: QtBot) -> None:
    view.show_values(np.arange(101, dtype=np.float32))
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view, BESIDE + (240 - 2 - BESIDE) / 2, 50)

    assert heard.args[0] == pytest.approx(50, abs=1)


def test_a_signal_that_is_constant_is_a_line_in_the_middle(view: SignalPlot) -> None:
    view.show_values(np.full(9, 128, np.float32))
    middle = picture_of(view)[40:70, 100].astype(int)

    assert (middle[:, 2] - middle[:, 0]).max() > 80
    assert view.accessibleDescription() == "9 samples, 128 to 128"


def test_without_a_signal_it_says_so(view: SignalPlot) -> None:
    view.show_values(None)

    assert has_colour(view, "secondary")


def test_the_ends_of_a_long_signal_stand_apart_in_a_narrow_plot(show: Show) -> None:
    view = SignalPlot()
    show(view, 112, 100)
    view.show_values(np.full(4096, 128, np.float32))
    row = picture_of(view)[-13:].astype(int)
    ink = (np.abs(row - row[0, 0]).max(2) > 40).any(0)

    assert not ink[BESIDE + 10 : BESIDE + 28].any()
