"""How does one cell of a map come about?  Every product, the sum, the bias, the non-linearity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch
from math import ceil
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.analysis.declare import analysis
from core.arithmetic import (
    Arithmetic,
    Bools,
    Floats,
    Function,
    Largest,
    Mean,
    Normalisation,
    Share,
    Total,
    WeightedSum,
)
from core.errors import UserError
from core.network.geometry import ReceptiveField
from core.network.modules import Joined, Sum
from core.network.modules.convolution import PaddedConv2d
from core.network.subject import NON_LINEARITIES, Subject
from core.results import Box, CellComputation, Following

#: What changes each value by itself, so that the value that it is given is looked at as well.
ONE_BY_ONE = (nn.BatchNorm2d, *NON_LINEARITIES)

#: How torch's padding modes carry an axis on beyond its ends, in the words of `np.pad`.
_CONTINUED: dict[str, Literal["reflect", "edge", "wrap"]] = {
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}

#: Beyond this difference, relative to 1 + |value|, the network computed something else.
TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Site:
    """One value of a layer's output [*shape], and what the layer was `given`, without the batch."""

    given: tuple[Tensor, ...]
    shape: tuple[int, ...]
    unit: int
    row: int
    column: int

    @property
    def index(self) -> tuple[int, ...]:
        """Where the value stands in the output; a vector has no rows and columns."""
        return (self.unit, self.row, self.column)[: len(self.shape)]


@analysis("Cell", source="Dumoulin & Visin 2016, arXiv:1603.07285", live=True)
def cell(
    subject: Subject, image: Tensor, layer: str, unit: int, cell: tuple[int, int]
) -> CellComputation:
    """How the value at `cell` (row, column) of map `unit` is computed, and what becomes of it.

    A normalisation or non-linearity is followed back to the layer whose values it changes, and
    that one on to its non-linearity.  Raises UserError if there is no such cell, or if the
    layer's arithmetic is not known.
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


@singledispatch
def arithmetic_of(module: nn.Module, site: Site) -> Arithmetic:
    """How `module` computes the value at `site`; other layer kinds register theirs here."""
    raise UserError(
        f"How {type(module).__name__} computes its values is not known in numbers; choose a "
        "convolution, pooling, dense or activation layer."
    )


@arithmetic_of.register
def _(module: nn.Conv2d, site: Site) -> Arithmetic:
    kernel = module.weight[site.unit]
    channels = len(kernel)
    group = site.unit // (module.out_channels // module.groups)
    maps = site.given[0][group * channels : (group + 1) * channels]
    sizes, before = kernel.shape[1:], _padding_before(module)
    steps = zip(sizes, module.stride, before, module.dilation, strict=True)
    window, inside = _window(maps, site, [_Axis(*step, module.padding_mode) for step in steps])
    return WeightedSum(window, _numbers(kernel), inside, _bias(module, site.unit))


@arithmetic_of.register
def _(module: nn.MaxPool2d, site: Site) -> Arithmetic:
    steps = (module.kernel_size, module.stride, module.padding, module.dilation)
    axes = [_Axis(*step) for step in zip(*map(_pair, steps), strict=True)]
    return Largest(*_window(site.given[0][site.unit, None], site, axes))


@arithmetic_of.register
def _(module: nn.AvgPool2d, site: Site) -> Arithmetic:
    steps = (module.kernel_size, module.stride, module.padding)
    axes = [_Axis(*step) for step in zip(*map(_pair, steps), strict=True)]
    maps = site.given[0][site.unit, None]
    window, inside = _window(maps, site, axes)
    sides = zip(axes, maps.shape[1:], (site.row, site.column), strict=True)
    padded = np.prod([axis.reach_on_padded(length, place) for axis, length, place in sides])
    counted = padded if module.count_include_pad else inside.sum()
    return Mean(window, inside, float(module.divisor_override or counted))


@arithmetic_of.register
def _(module: nn.AdaptiveAvgPool2d, site: Site) -> Arithmetic:
    window, inside = _share_of_map(site)
    return Mean(window, inside, float(window.size))


@arithmetic_of.register
def _(module: nn.AdaptiveMaxPool2d, site: Site) -> Arithmetic:
    return Largest(*_share_of_map(site))


@arithmetic_of.register
def _(module: nn.Linear, site: Site) -> Arithmetic:
    if site.given[0].ndim != 1:
        raise UserError("This dense layer is not given a vector; choose another layer.")
    values = _numbers(site.given[0])[:, None, None]
    weights = _numbers(module.weight[site.unit])[:, None, None]
    return WeightedSum(values, weights, np.ones((1, 1), bool), _bias(module, site.unit))


@arithmetic_of.register
def _(module: nn.BatchNorm2d, site: Site) -> Arithmetic:
    if module.running_mean is None or module.running_var is None:
        raise UserError("This normalisation keeps no averages to normalise by; train it first.")
    return Normalisation(
        float(site.given[0][site.index]),
        mean=float(module.running_mean[site.unit]),
        variance=float(module.running_var[site.unit]),
        epsilon=module.eps,
        scale=float(module.weight[site.unit]) if module.affine else 1.0,
        shift=float(module.bias[site.unit]) if module.affine else 0.0,
    )


@arithmetic_of.register
def _(module: nn.Softmax, site: Site) -> Arithmetic:
    values = site.given[0].double()
    axis = (module.dim or 0) - 1 if (module.dim or 0) > 0 else -1  # without the batch
    largest = values.amax(axis, keepdim=True)
    total = (values - largest).exp().sum(axis, keepdim=True)
    return Share(*(float(part.expand_as(values)[site.index]) for part in (values, largest, total)))


@arithmetic_of.register
def _(module: Sum, site: Site) -> Arithmetic:
    return Total(_numbers(torch.stack([part[site.index] for part in site.given])))


@arithmetic_of.register
def _(module: Joined, site: Site) -> Arithmetic:
    return _passed_on(module, torch.cat(site.given)[site.index])


@arithmetic_of.register
def _(module: nn.Flatten, site: Site) -> Arithmetic:
    return _passed_on(module, site.given[0].flatten()[site.unit])


def _passed_on(module: nn.Module, value: Tensor) -> Arithmetic:
    return Function(type(module).__name__, float(value), float(value))


def _value_by_value(module: nn.Module, site: Site) -> Arithmetic:
    given = site.given[0][site.index]
    return Function(type(module).__name__, float(given), float(module(given)))


for _kind in (*NON_LINEARITIES, nn.Dropout, nn.Identity):
    arithmetic_of.register(_kind, _value_by_value)


class _Axis(NamedTuple):
    """How a window steps along one axis of the maps; `before` is the padding at its start."""

    kernel: int
    stride: int
    before: int
    dilation: int = 1
    mode: str = "zeros"

    def reads(self, length: int, place: int) -> NDArray[np.int64]:
        """Which of `length` cells the window at `place` reads; -1 is padding."""
        taps = place * self.stride - self.before + self.dilation * np.arange(self.kernel)
        if self.mode == "zeros":
            return np.where((taps >= 0) & (taps < length), taps, -1)
        ends = (self.before, max(0, int(taps[-1]) + 1 - length))
        return np.pad(np.arange(length), ends, _CONTINUED[self.mode])[taps + self.before]

    def reach_on_padded(self, length: int, place: int) -> int:
        """How many cells it covers, with the padding, but not beyond it (the ceiling mode)."""
        start = place * self.stride
        return min(start + self.kernel, length + 2 * self.before) - start


def _window(maps: Tensor, site: Site, axes: list[_Axis]) -> tuple[Floats, Bools]:
    """The values [C, h, w] under the window at `site`, and which of them are not padding."""
    sides = zip(axes, maps.shape[1:], (site.row, site.column), strict=True)
    rows, columns = (axis.reads(length, place) for axis, length, place in sides)
    inside = (rows >= 0)[:, None] & (columns >= 0)
    return np.where(inside, _numbers(maps[:, rows[:, None], columns]), np.float32(0)), inside


def _share_of_map(site: Site) -> tuple[Floats, Bools]:
    """The part of a map that adaptive pooling gives to the cell at `site`."""
    whole = site.given[0][site.unit]
    places = zip((site.row, site.column), whole.shape, site.shape[1:], strict=True)
    rows, columns = (
        slice(place * given // made, ceil((place + 1) * given / made))
        for place, given, made in places
    )
    window = _numbers(whole[None, rows, columns])
    return window, np.ones(window.shape[1:], bool)


def _padding_before(module: nn.Conv2d) -> tuple[int, int]:
    """The padding above and to the left."""
    if isinstance(module, PaddedConv2d):
        return module.before, module.before
    if module.padding == "same":  # torch puts the odd one at the end
        tall, wide = zip(module.kernel_size, module.dilation, strict=True)
        return (tall[0] - 1) * tall[1] // 2, (wide[0] - 1) * wide[1] // 2
    return (0, 0) if isinstance(module.padding, str) else _pair(module.padding)


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
    """The layers after `layer`, up to its non-linearity."""
    last = subject.after(layer)
    while layer != last:
        layer = next(row.name for row in subject.table if layer in row.reads)
        yield layer


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
    _check(layer, tuple(output.shape), unit, cell)
    site = Site(subject.inputs(image, layer), tuple(output.shape), unit, *cell)
    value, arithmetic = float(output[site.index]), arithmetic_of(subject.layer(layer), site)
    if abs(arithmetic.result - value) > TOLERANCE * (1 + abs(value)):
        raise UserError(
            f"{layer} gives {value:.4g} there, but its numbers give {arithmetic.result:.4g}: the "
            "network does more than this layer says; choose another layer."
        )
    return value, arithmetic


def _check(layer: str, shape: tuple[int, ...], unit: int, cell: tuple[int, int]) -> None:
    """Raises UserError, with what there is, if there is no such cell."""
    if len(shape) not in (1, 3):
        raise UserError(f"{layer} gives neither maps nor a vector; choose another layer.")
    sizes = (*shape, 1, 1)[:3]
    if all(0 <= place < size for place, size in zip((unit, *cell), sizes, strict=True)):
        return
    units, height, width = sizes
    raise UserError(
        f"{layer} has {units} maps of {height} x {width} cells; there is no cell {cell} in map "
        f"{unit}. Click a cell of a map."
    )


def _sees(field: ReceptiveField | None, cell: tuple[int, int], image: Tensor) -> Box:
    """The part of the input that a cell sees; all of it where that is not known."""
    sides = []
    for place, length in zip(cell, image.shape[-2:], strict=True):
        first, size = (field.span(place) if field else None) or (0.0, float(length))
        start, end = max(0.0, first), min(float(length), first + size)
        sides.append((start, max(0.0, end - start)))
    (top, height), (left, width) = sides
    return Box(top, left, height, width)


def _bias(module: nn.Conv2d | nn.Linear, unit: int) -> float | None:
    return None if module.bias is None else float(module.bias[unit])


def _pair(value: int | tuple[int, ...]) -> tuple[int, int]:
    """A setting for both axes, where one number stands for two."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _numbers(values: Tensor) -> Floats:
    numbers: Floats = values.detach().float().cpu().numpy()
    return numbers
