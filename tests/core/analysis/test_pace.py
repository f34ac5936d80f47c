from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.pace import Pace, governed, ladder

RUNGS = ladder(320, 3)


@given(longest=st.integers(32, 2048), octaves=st.integers(1, 10))
def test_each_rung_costs_more_than_the_last(longest: int, octaves: int) -> None:
    costs = [pace.cost for pace in ladder(longest, octaves)]
    assert costs == sorted(costs)
    assert ladder(longest, octaves)[0].longest <= max(96 * 1.2, longest)


def test_size_grows_before_octaves_and_octaves_before_steps() -> None:
    assert RUNGS[0].longest < 120
    first = RUNGS.index(Pace(320))
    assert RUNGS[first:] == (
        Pace(320), Pace(320, 2), Pace(320, 3), Pace(320, 3, 2), Pace(320, 3, 3), Pace(320, 3, 4),
    )  # fmt: skip


def test_an_octave_costs_about_half_of_the_next() -> None:
    assert Pace(100, 2).cost == pytest.approx(100**2 * (1 + 1 / 1.96))


@given(now=st.integers(0, len(RUNGS) - 1), speed=st.floats(1e3, 1e9))
def test_what_it_goes_on_with_fits_into_the_time(now: int, speed: float) -> None:
    chosen = governed(RUNGS, now, speed, 1 / 15)
    assert chosen == 0 or RUNGS[chosen].cost <= speed / 15


@given(now=st.integers(0, len(RUNGS) - 1), speed=st.floats(1e3, 1e9))
def test_at_a_steady_speed_it_settles(now: int, speed: float) -> None:
    settled = governed(RUNGS, now, speed, 1 / 15)
    assert governed(RUNGS, settled, speed, 1 / 15) == settled


def test_a_small_gain_in_speed_does_not_change_the_size() -> None:
    speed = RUNGS[3].cost * 15
    assert governed(RUNGS, 3, speed * 1.01, 1 / 15) == 3
    assert governed(RUNGS, 3, speed * 0.99, 1 / 15) == 2
    assert governed(RUNGS, 2, speed * 1.01, 1 / 15) == 2
