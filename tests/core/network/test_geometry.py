from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.network.geometry import output_size
from core.network.layer_table import layer_table
from core.network.layers.conv2d import Conv2d
from tests.core.network.stacks import stack


@given(
    st.integers(1, 64), st.integers(1, 11), st.integers(1, 5), st.integers(0, 9), st.integers(1, 4)
)
def test_output_size_counts_the_places_of_the_kernel(
    length: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    reach = dilation * (kernel - 1) + 1
    places = len(range(0, length + padding - reach + 1, stride))
    assert max(0, output_size(length, kernel, stride, padding, dilation)) == places


def test_a_row_and_column_that_no_window_reaches_are_not_counted() -> None:
    (row,) = layer_table(stack(Conv2d(1, 4, stride=2), input=(1, 9, 9)))
    assert row.shape == (1, 3, 3)
