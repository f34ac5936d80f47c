from __future__ import annotations

import numpy as np
import pytest

from core.results import Series
from core.training.timeline import place
from workbench.widgets.moment_scale import MomentScale

SCALE = MomentScale(0, 1000, 10, 400)


def test_the_ends_are_at_the_ends_and_beyond_them_too() -> None:
    np.testing.assert_allclose(SCALE.places([0, 1000, 5000]), [10, 410, 410])


@pytest.mark.parametrize("step", [1, 20, 300, 999])
def test_steps_lie_as_a_timeline_spaces_its_moments(step: int) -> None:
    assert SCALE.x_of(step) == pytest.approx(10 + 400 * place(step) / place(1000), abs=1e-3)


def test_a_single_step_is_at_the_end() -> None:
    assert MomentScale(5, 5, 10, 400).x_of(5) == 410


def test_a_curve_has_one_point_a_column_its_last() -> None:
    steps = np.arange(1, 1001, dtype=np.float32)
    points = SCALE.curve(Series(steps, steps), 0, 100, 1000)

    columns = [round(one.x()) for one in points]
    assert len(columns) == len(set(columns)) <= 401
    assert columns == sorted(columns)
    assert points[-1].y() == 0


def test_a_curve_leaves_out_what_is_no_number_and_stays_between_its_ends() -> None:
    line = Series(np.array([1, 2, 900], np.float32), np.array([np.nan, 3, -1], np.float32))

    assert [one.y() for one in SCALE.curve(line, 0, 100, 2)] == [0, 100]


def test_round_steps_begin_with_the_first() -> None:
    assert list(SCALE.round_steps()) == [0, 10, 20, 50, 100, 200, 500, 1000]
    assert list(MomentScale(40, 300, 0, 9).round_steps()) == [40, 50, 100, 200]
