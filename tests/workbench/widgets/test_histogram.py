from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize

from tests.workbench.widgets.conftest import Show, has_colour
from workbench.widgets.histogram import HistogramView


@pytest.fixture
def view(show: Show) -> HistogramView:
    made = HistogramView(empty="Nothing to count.")
    show(made, 300, 140)
    return made


def test_values_are_counted_and_outliers_go_to_the_ends(view: HistogramView) -> None:
    view.show_values(np.array([-5, 0.1, 0.6, 0.7, 9, np.nan], np.float32), bars=2)

    assert view.counts.tolist() == [2, 3]


def test_only_what_lies_beyond_the_line_has_the_data_colour(view: HistogramView) -> None:
    view.show_values(np.array([0.1, 0.2], np.float32), line=0.5, line_caption="random")
    assert not has_colour(view, "data")
    view.show_values(np.array([0.1, 0.9], np.float32), line=0.5, line_caption="random")
    assert has_colour(view, "data")
    assert has_colour(view, "disabled")


def test_the_selected_value_is_marked(view: HistogramView) -> None:
    view.show_values(np.array([0.3], np.float32))
    assert not has_colour(view, "accent")
    view.select(0.3)
    assert has_colour(view, "accent")


@pytest.mark.parametrize("size", [(80, 56), (400, 300)])
def test_it_fits_any_size(view: HistogramView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show_values(np.linspace(0, 1, 64, dtype=np.float32), line=0.3, line_caption="99 %")
    assert has_colour(view, "data")
    assert view.size() == QSize(*size)


def test_without_values_it_says_so(view: HistogramView) -> None:
    view.show_values(np.array([np.nan], np.float32))

    assert has_colour(view, "secondary")


def test_counts_are_drawn_as_they_are(show: Show) -> None:
    view = HistogramView(empty="Nothing to count.")
    show(view, 300, 110)
    view.show_counts(np.array([1, 5, 2]), ends=(-1.0, 1.0), caption="weights of conv1")

    assert view.counts.tolist() == [1, 5, 2]
    assert view.accessibleName() == "Histogram of 8 values: weights of conv1"
