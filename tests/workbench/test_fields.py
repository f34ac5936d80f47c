"""Receptive fields in words and as parts of the input, also where rows and columns differ."""

from __future__ import annotations

import pytest

from core.network.layer_table import LayerRow
from core.network.preprocessing import Preprocessing
from core.network.receptive_field import ALL, ReceptiveField
from core.network.spec import Window
from core.results import Box
from workbench.fields import cell_near, field_box, first_middle, growth, middle, sees, step

FLAT = ReceptiveField().through(Window(1, wide=Window(7, stride=2, padding=3)))
SQUARE = ReceptiveField(5, 2, -1.0)
WIDE_OPEN = ReceptiveField(3, 1, 0.0, wide=ALL)


def row(field: ReceptiveField | None, shape: tuple[int, ...] = (4, 10, 10)) -> LayerRow:
    return LayerRow("layer", "Conv2d", reads=("input",), shape=shape, receptive_field=field)


def sides(box: Box) -> tuple[float, ...]:
    return box.top, box.left, box.height, box.width


@pytest.mark.parametrize(
    ("made", "texts"),
    [
        (row(SQUARE), ("5 × 5", "2", "(5, 9)", "1")),
        (row(FLAT), ("1 × 7", "1 × 2", "(2, 8)", "(0, 0)")),
        (row(WIDE_OPEN), ("3 × all", "1", "(3, all)", "(1, all)")),
        (row(SQUARE, (4, 10)), ("5", "2", "9", "1")),
        (row(SQUARE, (4, 3, 10, 10)), ("5 × 5 × 5", "2", "(5, 9)", "1")),
        (row(ALL, (10,)), ("all", "", "", "")),
        (row(None), ("", "", "", "")),
    ],
)
def test_tells_what_a_cell_sees(made: LayerRow, texts: tuple[str, ...]) -> None:
    assert (sees(made), step(made), middle(made, (2, 4)), first_middle(made)) == texts


def test_a_field_that_is_no_square_is_a_box_of_its_own_sides() -> None:
    flat, open_wide = (
        field_box(field, (2, 4), Preprocessing((10, 20))) for field in (FLAT, WIDE_OPEN)
    )
    assert sides(flat) == (2, 5, 1, 7)
    assert sides(open_wide) == (2, 0, 3, 20)


@pytest.mark.parametrize(
    ("field", "cell"), [(FLAT, (6, 3)), (SQUARE, (2, 2)), (WIDE_OPEN, (5, 0)), (ALL, None)]
)
def test_the_cell_above_a_pixel_is_found(
    field: ReceptiveField, cell: tuple[int, int] | None
) -> None:
    assert cell_near(row(field), (6, 6)) == cell


def test_a_field_grows_where_one_side_of_it_does() -> None:
    rows = (
        LayerRow("flat", "Conv2d", reads=("input",), receptive_field=FLAT),
        LayerRow("relu", "Relu", reads=("flat",), receptive_field=FLAT),
        LayerRow(
            "high",
            "Conv2d",
            reads=("relu",),
            receptive_field=FLAT.through(Window(3, wide=Window(1))),
        ),
    )
    assert [one.name for one in growth(rows, "high")] == ["flat", "high"]
