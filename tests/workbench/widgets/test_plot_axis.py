from __future__ import annotations

from math import log10

import pytest

from workbench.widgets.plot_axis import log_ticks, ticks


@pytest.mark.parametrize(
    ("low", "high", "most", "values"),
    [
        (0, 10, 5, [0, 2, 4, 6, 8, 10]),
        (-1, 1, 4, [-1, -0.5, 0, 0.5, 1]),
        (0.3, 2.9, 3, [1, 2]),
        (0, 2000, 4, [0, 500, 1000, 1500, 2000]),
        (5, 5, 4, []),
    ],
)
def test_values_are_round(low: float, high: float, most: int, values: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(values)


def test_logarithmic_values_are_one_two_five() -> None:
    values = [10**value for value in log_ticks(log10(0.3), log10(6), 6)]

    assert values == pytest.approx([0.5, 1, 2, 5])


def test_many_decades_show_every_second_or_third() -> None:
    assert log_ticks(-6, 6, 4) == [-6, -3, 0, 3, 6]
