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


def field_box(field: ReceptiveField, cell: Cell, preprocessing: Preprocessing) -> Box:
    """What a cell (row, column) of a layer with this field sees, in pixels of the input.

    Of a signal, which is a row for each channel, it sees all rows.
    """
    tall, wide = preprocessing.size
    down = None if preprocessing.form == "signal" else field.span(cell[0])
    top, height = down or (0.0, float(tall))
    left, width = field.span(cell[1]) or (0.0, float(wide))
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
    first = field.centre() if field is not None else None
    if field is None or first is None or shape is None or len(shape) < 2:
        return None
    sides = (1, shape[1]) if len(shape) == 2 else shape[-2:]
    down, across = (
        min(max(round((place - first) / field.jump), 0), side - 1)
        for place, side in zip(pixel, sides, strict=True)
    )
    return down, across


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
    sizes = [known.size for known in before if known is not None] or [1]
    return all(size is not None and (field.size is None or field.size > size) for size in sizes)
