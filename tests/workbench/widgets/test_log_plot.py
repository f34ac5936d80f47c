from __future__ import annotations

import numpy as np
import pytest

from tests.workbench.widgets.conftest import Show, has_colour, picture_of
from workbench.widgets.hues import hue
from workbench.widgets.log_plot import LogPlot

STEPS = np.array([1, 11, 21, 31])


@pytest.fixture
def view(show: Show) -> LogPlot:
    made = LogPlot(empty="Select a layer.")
    show(made, 300, 160)
    return made


def heights(view: LogPlot, number: int = 0) -> list[int]:
    """The rows in which a curve is drawn, from its first to its last column."""
    colour = hue(number)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    rows, columns = np.nonzero((np.abs(picture_of(view)[20:] - wanted) < 40).all(2))
    return [int(rows[columns == column].mean()) for column in sorted(set(columns.tolist()))]


def test_equal_factors_are_equally_far_apart(view: LogPlot) -> None:
    view.show_lines(STEPS, {"gradient": np.array([1e-3, 1e-2, 1e-1, 1.0], np.float32)})

    drawn = heights(view)
    steps = np.diff(drawn)
    assert drawn[0] > drawn[-1]
    assert abs(steps).max() <= 3


def test_numbers_that_cannot_be_drawn_leave_a_gap(view: LogPlot) -> None:
    whole = np.array([1, 2, 3, 4], np.float32)
    view.show_lines(STEPS, {"gradient": whole})
    columns = len(heights(view))
    view.show_lines(STEPS, {"gradient": np.array([1, 0, np.nan, 4], np.float32)})

    assert len(heights(view)) < columns / 2


def test_one_step_is_a_plot_too(view: LogPlot) -> None:
    view.show_lines(STEPS[:1], {"gradient": np.array([0.5], np.float32)})

    assert has_colour(view, "line")
    assert view.accessibleDescription() == "gradient 0.5"


def test_without_curves_it_says_what_to_do(view: LogPlot) -> None:
    view.show_lines(STEPS, {})

    assert has_colour(view, "secondary")
    assert not has_colour(view, "line")
