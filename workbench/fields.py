"""Receptive fields on the input: which part of it a cell of a map sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.results import Box

if TYPE_CHECKING:
    from core.network.layer_table import LayerRow
    from core.network.preprocessing import Preprocessing
    from core.network.receptive_field import ReceptiveField

Cell = tuple[int, int]

#: What sees the whole input.
ALL = "all"


def field_box(field: ReceptiveField, cell: Cell, preprocessing: Preprocessing) -> Box:
    """What a cell (row, column) of a layer with this field sees, in pixels of the input.

    Of a signal, which is a row for each channel, it sees all rows.
    """
    tall, wide = preprocessing.size
    down = None if preprocessing.form == "signal" else field.span(cell[0])
    top, height = down or (0.0, float(tall))
    left, width = field.across.span(cell[1]) or (0.0, float(wide))
    return Box(top, left, height, width)


def middle_cell(row: LayerRow) -> Cell:
    """The cell in the middle of a layer's maps; the one cell there is of a vector."""
    *_, height, width = (1, 1, *row.shape) if row.shape and len(row.shape) > 1 else (1, 1)
    return (0 if len(row.shape or ()) == 2 else height // 2), width // 2


def cell_near(row: LayerRow, pixel: Cell) -> Cell | None:
    """The cell whose field's middle is nearest to a pixel (row, column) of the input.

    None where the layer has no cells with a field of their own.
    """
    field, shape = row.receptive_field, row.shape
    if field is None or shape is None or len(shape) < 2:
        return None
    sides = (1, shape[1]) if len(shape) == 2 else shape[-2:]
    places = [_place_near(*one) for one in zip((field, field.across), pixel, sides, strict=True)]
    if places == [None, None]:
        return None
    return places[0] or 0, places[1] or 0


def _place_near(field: ReceptiveField, pixel: int, side: int) -> int | None:
    """The same along one axis."""
    first = field.centre()
    if first is None:
        return None
    return min(max(round((pixel - first) / field.jump), 0), side - 1)


def sees(row: LayerRow) -> str:
    """How large the field of its cells is: "5 × 5", "all", or nothing where it is not known."""
    field = row.receptive_field
    if field is None or not row.shape:
        return ""
    if field.sees_all:
        return ALL
    if len(row.shape) <= 2:
        return _figure(field.across.size)
    higher = [field.size] * (len(row.shape) - 2)
    return " × ".join(map(_figure, (*higher, field.across.size)))


def step(row: LayerRow) -> str:
    """How far apart the fields of neighbouring cells are: "2", or "2 × 1"."""
    field = row.receptive_field
    along = (field, field.across) if field is not None else ()
    steps = dict.fromkeys(one.jump for one in along if one.size is not None)
    return " × ".join(f"{one:g}" for one in steps)


def middle(row: LayerRow, cell: Cell) -> str:
    """Where the middle of a cell's field lies: "(13.5, 6)", of a signal "6"; nothing for all."""
    field = row.receptive_field
    if field is None or field.sees_all:
        return ""
    across = _figure(field.across.centre(cell[1]))
    if len(row.shape or ()) <= 2:
        return across
    return f"({_figure(field.centre(cell[0]))}, {across})"


def first_middle(row: LayerRow) -> str:
    """The same of the first cell: one number where it is as far down as across."""
    field = row.receptive_field
    if field is None or field.size is None or field.wide is not None:
        return middle(row, (0, 0))
    return _figure(field.centre())


def _figure(size: float | None) -> str:
    return ALL if size is None else f"{size:g}"


def growth(rows: Sequence[LayerRow], layer: str) -> tuple[LayerRow, ...]:
    """The layers up to `layer`, on its ways from the input, whose units see more than before."""
    by_name = {row.name: row for row in rows}
    found, waiting = set(), [layer]
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in found:
            found.add(name)
            waiting.extend(by_name[name].reads)
    return tuple(row for row in rows if row.name in found and _sees_more(row, by_name))


def _sees_more(row: LayerRow, rows: dict[str, LayerRow]) -> bool:
    field = row.receptive_field
    if field is None:
        return False
    before = [rows[name].receptive_field for name in row.reads if name in rows]
    others = [(known.size, known.across.size) for known in before if known is not None] or [(1, 1)]
    sides = field.size, field.across.size
    return all(any(map(_is_more, sides, other)) for other in others)


def _is_more(size: float | None, than: float | None) -> bool:
    """Whether one side of a field is longer than another; None: it is the whole input's."""
    return than is not None and (size is None or size > than)
