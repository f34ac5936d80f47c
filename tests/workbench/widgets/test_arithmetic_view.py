from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.arithmetic import Floats
from core.arithmetic.inhibition import Inhibition
from core.arithmetic.largest import Largest
from core.arithmetic.normalisation import Normalisation
from core.arithmetic.separable_sum import SeparableSum
from core.arithmetic.share import Share
from core.arithmetic.weighted_sum import WeightedSum
from workbench.widgets.arithmetic_view import ArithmeticView, squared

WINDOW = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
INSIDE = np.ones((2, 2), bool)
SUM = WeightedSum(WINDOW, WINDOW, INSIDE, bias=1.0)


def separable() -> SeparableSum:
    weights = np.array([0.5, 2], np.float32)
    return SeparableSum(WINDOW, WINDOW, INSIDE, weights, 1.0, ("channel 0", "channel 1"))


@pytest.fixture
def view(qtbot: QtBot) -> ArithmeticView:
    made = ArithmeticView()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def shown(view: ArithmeticView) -> list[Floats]:
    grids = [grid for grid in view.grids if grid.isVisible()]
    return [grid.values for grid in grids if grid.values is not None]


def outlined(view: ArithmeticView) -> list[tuple[int, int] | None]:
    return [grid.highlighted for grid in view.grids]


def test_a_sum_shows_its_window_kernel_and_products(view: ArithmeticView) -> None:
    view.show_arithmetic(SUM)
    window, kernel, products = shown(view)
    np.testing.assert_array_equal(window, WINDOW[0])
    np.testing.assert_array_equal(products, window * kernel)
    assert "= 141" in view.formula.text()
    assert view.numbers.text() == "Sum of products 140 · Bias 1 · Result 141"


def test_another_channel_is_chosen_below(view: ArithmeticView) -> None:
    view.show_arithmetic(SUM)
    assert [view.page.itemText(k) for k in range(view.page.count())] == ["Channel 0", "Channel 1"]
    view.page.setCurrentIndex(1)
    np.testing.assert_array_equal(shown(view)[0], WINDOW[1])
    view.show_arithmetic(SUM)
    assert view.page.currentIndex() == 1


def test_a_click_on_a_number_shows_how_it_comes_about(view: ArithmeticView) -> None:
    view.show_arithmetic(separable())
    np.testing.assert_array_equal(shown(view)[0], [[14, 126]])
    view.grids[0].clicked.emit(0, 1)
    assert view.page.currentText() == "Depthwise 1 · channel 1"
    np.testing.assert_array_equal(shown(view)[0], WINDOW[1])
    first, last = view.formula.text().splitlines()
    assert first.startswith("Depthwise 1 · channel 1: ")
    assert first.endswith("= 126")
    assert last.endswith("= 260")


def test_a_click_on_a_number_that_is_read_as_it_is_changes_nothing(view: ArithmeticView) -> None:
    view.show_arithmetic(SUM)
    view.grids[0].clicked.emit(1, 1)
    assert view.page.currentIndex() == 0


def test_single_numbers_stand_in_a_table(view: ArithmeticView) -> None:
    view.show_arithmetic(Normalisation(5, 1, 3, 1, 2, 0.5))
    assert not shown(view)
    assert view.facts.isVisible()
    assert ("Variance", "3") in view.facts.facts
    assert not view.numbers.isVisible()


def test_the_number_that_counts_is_outlined_and_stays_so(view: ArithmeticView) -> None:
    view.show_arithmetic(Largest(WINDOW, INSIDE, ("Frame 0", "Frame 1")))
    assert outlined(view) == [None] * 3
    view.page.setCurrentIndex(1)
    assert outlined(view) == [(1, 1), None, None]
    view.grids[0].hovered.emit(0, 0)
    assert outlined(view) == [(0, 0)] * 3
    view.grids[0].hover_left.emit()
    assert outlined(view) == [(1, 1), None, None]


def test_the_share_of_a_long_vector_is_outlined_where_it_stands(view: ArithmeticView) -> None:
    view.show_arithmetic(Share(np.arange(10, dtype=np.float32), 6))
    assert outlined(view) == [(1, 2)] * 3


def test_what_only_reads_sums_begins_with_the_first_of_them(view: ArithmeticView) -> None:
    view.show_arithmetic(Inhibition(WINDOW, WINDOW, WINDOW[0], INSIDE, 1, 1, 0))
    assert [view.page.itemText(k) for k in range(view.page.count())] == [
        "Excitation e · Channel 0", "Excitation e · Channel 1", "v², the mean square",
    ]  # fmt: skip
    assert view.numbers.text().startswith("Excitation e 140 · Inhibiting cell v ")


def test_nothing_leaves_an_invitation(view: ArithmeticView) -> None:
    view.show_arithmetic(SUM)
    view.show_arithmetic(None)
    assert not shown(view)
    assert view.grids[0].isVisible()
    assert not view.page.isVisible()
    assert not view.formula.text()


def test_a_long_vector_becomes_a_square_and_a_short_one_a_row() -> None:
    values, spare = squared(np.arange(10, dtype=np.float32))
    assert values.shape == (3, 4)
    assert spare.sum() == np.isnan(values).sum() == 2
    assert squared(np.arange(8, dtype=np.float32))[0].shape == (1, 8)
