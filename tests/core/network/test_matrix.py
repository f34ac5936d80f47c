from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.network.shared.matrix import filled_up, read_matrix


@pytest.mark.parametrize(
    "text",
    ["1 0 / 0 -.5", "1 0/ 0 -.5", "1 0 /0 -.5", "1,0;0,-0.5", "1, 0\n 0, -1/2\n", "1 0 ; 0 −1/2"],
)
def test_rows_end_and_numbers_part_as_people_write_them(text: str) -> None:
    assert read_matrix(text) == ((1, 0), (0, -0.5))


def test_a_slash_without_blanks_is_a_fraction() -> None:
    assert read_matrix("1/4 1/2 / 1e-2 -3/4") == ((0.25, 0.5), (0.01, -0.75))


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.floats(-1e6, 1e6), min_size=width, max_size=width), min_size=1, max_size=4
        )
    )
)
def test_reads_what_it_is_given(rows: list[list[float]]) -> None:
    text = " / ".join(" ".join(map(repr, row)) for row in rows)
    assert read_matrix(text) == tuple(map(tuple, rows))


@pytest.mark.parametrize(
    ("text", "square"),
    [
        ("1/9 2", "1/9 2 / 0 0"),
        ("1 / 2 / 3", "0 1 0 / 0 2 0 / 0 3 0"),
        ("1 2 3 / 4 5 6", "1 2 3 / 4 5 6 / 0 0 0"),
        ("1 2 / 3 4", "1 2 / 3 4"),
    ],
)
def test_zeros_around_make_a_matrix_square(text: str, square: str) -> None:
    assert filled_up(text) == square


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            " / ",
            "There are no numbers in ' / '; write rows such as 1 0 1 / 0 1 0 / 1 0 1.",
        ),
        (
            "1 2 / 3",
            "Row 2 has 1 numbers, but the first has 2; make all rows as long, as in "
            "1 0 1 / 0 1 0 / 1 0 1.",
        ),
        ("1 two", "'two' is no number; write one such as 1, -0.5 or 1/9."),
        ("1/0", "'1/0' is no number; write one such as 1, -0.5 or 1/9."),
        ("1e999", "'1e999' is no number; write one such as 1, -0.5 or 1/9."),
    ],
)
def test_says_what_is_wrong_with_a_matrix(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read_matrix(text)
    assert str(caught.value) == message
