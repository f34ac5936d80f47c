"""One value of a layer's output, and what the layer was given."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from core.errors import UserError


@dataclass(frozen=True, eq=False)
class Site:
    """One value of a layer's output [*shape], and what the layer was `given`, without the batch.

    `place` has an index for each side of a map: none of a vector, one of a signal, three of a
    clip.  `reads` names the layers that gave what was given.
    """

    given: tuple[Tensor, ...]
    shape: tuple[int, ...]
    unit: int
    place: tuple[int, ...]
    reads: tuple[str, ...] = ()

    @property
    def index(self) -> tuple[int, ...]:
        """Where the value stands in the output."""
        return (self.unit, *self.place)

    @property
    def here(self) -> Tensor:
        """The values of all channels that come in at this place, [C]."""
        index: tuple[slice | int, ...] = (slice(None), *self.place)
        return self.given[0][index]

    def name(self, branch: int) -> str:
        """What a branch is called: the layer that gave it."""
        return self.reads[branch] if branch < len(self.reads) else f"input {branch}"


def site_of(
    given: tuple[Tensor, ...],
    shape: tuple[int, ...],
    unit: int,
    cell: tuple[int, int],
    layer: str,
    reads: tuple[str, ...] = (),
) -> Site:
    """The site of a cell (row, column) as a map of `layer` is shown.

    A signal is shown as one row, the frames of a clip side by side.  Raises UserError, with what
    there is, if there is no such cell.
    """
    if not 1 <= len(shape) <= 4:
        raise UserError(f"{layer} gives neither maps nor a vector; choose another layer.")
    units, height, width = shown_size(shape)
    if not (0 <= unit < units and 0 <= cell[0] < height and 0 <= cell[1] < width):
        raise UserError(
            f"{layer} has {units} maps of {height} x {width} cells; there is no cell {cell} in map "
            f"{unit}. Click a cell of a map."
        )
    frame, column = divmod(cell[1], shape[-1]) if len(shape) > 1 else (0, 0)
    places = {1: (), 2: (column,), 3: (cell[0], column), 4: (frame, cell[0], column)}
    return Site(given, shape, unit, places[len(shape)], reads)


def shown_size(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """How many maps of which height and width a layer's output is shown as."""
    units, *sides = shape
    frames, height, width = (1, 1, 1, *sides)[-3:]
    return units, height, frames * width
