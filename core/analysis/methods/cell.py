"""How does one cell of a map come about?  Every product, the sum, the bias, the non-linearity."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from core.analysis.arithmetic_of import arithmetic_of
from core.analysis.declare import analysis
from core.analysis.site import site_of
from core.arithmetic import Arithmetic
from core.errors import UserError
from core.network.modules.table import ScaledTanh
from core.network.receptive_field import ReceptiveField
from core.network.subject import NON_LINEARITIES, Subject
from core.results import Box, CellComputation, Following

#: What ends the way of a value: what follows it changes more than this value.
LAST = (*NON_LINEARITIES, ScaledTanh)

#: What changes each value by itself, so that the value that it is given is looked at as well.
ONE_BY_ONE = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, *LAST)

#: Beyond this difference, relative to 1 + |value|, the network computed something else.
TOLERANCE = 1e-3


@analysis("Cell", source="Dumoulin & Visin 2016, arXiv:1603.07285", live=True)
def cell(
    subject: Subject, image: Tensor, layer: str, unit: int, cell: tuple[int, int]
) -> CellComputation:
    """How the value at `cell` (row, column) of map `unit` is computed, and what becomes of it.

    A signal is one row; the frames of a clip stand side by side.  A normalisation or
    non-linearity is followed back to the layer whose values it changes, and that one on to its
    non-linearity.  Raises UserError if there is no such cell, or if the layer's arithmetic is not
    known.
    """
    source, followers = _chain(subject, layer)
    value, arithmetic = _computed(subject, image, source, unit, cell)
    return CellComputation(
        layer=source,
        kind=subject.row(source).kind,
        unit=unit,
        cell=cell,
        arithmetic=arithmetic,
        value=value,
        followed_by=tuple(_following(subject, image, followers, unit, cell)),
        sees=_sees(subject.row(source).receptive_field, cell, image),
    )


def _chain(subject: Subject, layer: str) -> tuple[str, tuple[str, ...]]:
    """The layer whose values `layer` changes one by one, and those that follow it, in order."""
    row, followers = subject.row(layer), list(_onwards(subject, layer))
    while isinstance(subject.layer(row.name), ONE_BY_ONE) and len(row.reads) == 1:
        if row.reads[0] not in {known.name for known in subject.table}:
            break
        followers.insert(0, row.name)
        row = subject.row(row.reads[0])
    return row.name, tuple(followers)


def _onwards(subject: Subject, layer: str) -> Iterator[str]:
    """The layers after `layer`, up to its non-linearity; none where it has none."""
    found: list[str] = []
    while not found or not isinstance(subject.layer(found[-1]), LAST):
        name = found[-1] if found else layer
        readers = [row.name for row in subject.table if name in row.reads]
        if len(readers) != 1 or not isinstance(subject.layer(readers[0]), ONE_BY_ONE):
            return
        found.append(readers[0])
    yield from found


def _following(
    subject: Subject, image: Tensor, layers: tuple[str, ...], unit: int, cell: tuple[int, int]
) -> Iterator[Following]:
    for name in layers:
        value, arithmetic = _computed(subject, image, name, unit, cell)
        yield Following(name, type(subject.layer(name)).__name__, arithmetic.formula(), value)


def _computed(
    subject: Subject, image: Tensor, layer: str, unit: int, cell: tuple[int, int]
) -> tuple[float, Arithmetic]:
    """The network's own value, and the arithmetic that gives it.

    Raises UserError if it does not, or if there is no such cell.
    """
    output = subject.outputs(image, layer)[layer]
    given, reads = subject.inputs(image, layer), subject.row(layer).reads
    site = site_of(given, tuple(output.shape), unit, cell, layer, reads)
    value, arithmetic = float(output[site.index]), arithmetic_of(subject.layer(layer), site)
    if abs(arithmetic.result - value) > TOLERANCE * (1 + abs(value)):
        raise UserError(
            f"{layer} gives {value:.4g} there, but its numbers give {arithmetic.result:.4g}: the "
            "network does more than this layer says; choose another layer."
        )
    return value, arithmetic


def _sees(field: ReceptiveField | None, cell: tuple[int, int], image: Tensor) -> Box:
    """The part of the input that a cell sees; all of it where that is not known.

    Of a signal, which is a row for each channel, it sees all rows.
    """
    sides = []
    along = (field if image.ndim > 2 else None, field and field.across)
    for place, length, one in zip(cell, image.shape[-2:], along, strict=True):
        first, size = (one.span(place) if one is not None else None) or (0.0, float(length))
        start, end = max(0.0, first), min(float(length), first + size)
        sides.append((start, max(0.0, end - start)))
    (top, height), (left, width) = sides
    return Box(top, left, height, width)
