from __future__ import annotations

import pytest

from workbench.widgets.number_text import briefest, counted, duration, percent, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.48213, "0.482"),
        (-12.345, "−12.3"),
        (1234.4, "1234"),
        (999.7, "1000"),
        (999_700, "1e6"),
        (23_456, "23.5 k"),
        (2.5e6, "2.5e6"),
        (4.81e-5, "4.81e-5".replace("-", "−")),
        (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_are_short_and_keep_their_size(value: float, text: str) -> None:
    assert short(value).replace("\N{NO-BREAK SPACE}", " ") == text


def test_whole_thousands_are_told_in_full() -> None:
    assert short(270_100, 2) == "270\N{NO-BREAK SPACE}k"


@pytest.mark.parametrize(
    ("share", "text"), [(0.3861, "38.6 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (1e-5, "< 0.1 %")]
)
def test_shares_are_told_in_per_cent(share: float, text: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (80, "1 min 20 s"), (5000, "1 h 23 min")],
)
def test_times_are_told_as_a_person_says_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_one_thing_is_not_several() -> None:
    assert [counted(count, "map") for count in (0, 1, 1200)] == ["0 maps", "1 map", "1,200 maps"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00032, "3e−4"), (0.32, "0.3"), (7.4, "7"), (-0.00051, "−5e−4"), (0.0, "0")],
)
def test_where_there_is_no_room_the_size_of_a_number_is_told(value: float, text: str) -> None:
    assert briefest(value) == text
