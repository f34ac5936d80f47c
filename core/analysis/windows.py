"""The window of a layer's input under one cell of its output, as matrices of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import ceil
from typing import Literal, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.site import Site
from core.arithmetic import Bools, Floats
from core.arithmetic.weighted_sum import WeightedSum

#: How torch's padding modes carry an axis on beyond its ends, in the words of `np.pad`.
_CONTINUED: dict[str, Literal["reflect", "edge", "wrap"]] = {
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


class Reading(Protocol):
    """Which cells of an axis a window reads."""

    def reads(self, length: int, place: int) -> NDArray[np.int64]:
        """Which of `length` cells the window at `place` reads; -1 is padding."""


class Axis(NamedTuple):
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


class TransposedAxis(NamedTuple):
    """How the cells that reach one output cell lie along an axis, by the taps from last to first.

    Input cell i reaches output cell i * stride - cut + tap * dilation with each tap.
    """

    kernel: int
    stride: int
    cut: int
    dilation: int = 1

    def reads(self, length: int, place: int) -> NDArray[np.int64]:
        """Which of `length` cells reaches `place` with each tap; -1 where none does."""
        far = place + self.cut - self.dilation * np.arange(self.kernel)[::-1]
        cells = far // self.stride
        reached = (far % self.stride == 0) & (cells >= 0) & (cells < length)
        return np.where(reached, cells, -1)


def window(
    maps: Tensor, place: Sequence[int], axes: Sequence[Reading], fill: float = 0.0
) -> tuple[Floats, Bools]:
    """The values [n, h, w] under the window at `place`, and which of them are not padding.

    `maps` are [C, *sides], with an axis for each side; `fill` stands beyond them.
    """
    sides = zip(axes, maps.shape[1:], place, strict=True)
    reads = [axis.reads(length, step) for axis, length, step in sides]
    inside = reduce(np.logical_and.outer, [cells >= 0 for cells in reads])
    cells = (torch.from_numpy(axis) for axis in np.ix_(*reads))
    chosen: tuple[slice | Tensor, ...] = (slice(None), *cells)
    values = np.where(inside, numbers(maps[chosen]), np.float32(fill))
    return matrices(values), _edges(inside, len(maps))


def matrices(values: Floats) -> Floats:
    """Numbers [C, *sides] as matrices [n, h, w].

    The channels of a signal are the rows of one matrix; a clip has one for each map and frame.
    """
    if values.ndim == 2:
        return values[None]
    return values.reshape(-1, *values.shape[-2:])


def pages(channels: Sequence[int], sides: Sequence[int]) -> tuple[str, ...]:
    """What the matrices are called that `matrices` makes of so many channels."""
    if len(sides) < 2:
        return ()
    names = [f"Channel {channel}" for channel in channels]
    if len(sides) == 2:
        return tuple(names)
    return tuple(f"{name}, frame {frame}" for name, frame in product(names, range(sides[0])))


def weighted_sum(
    maps: Tensor,
    place: Sequence[int],
    axes: Sequence[Reading],
    kernel: Tensor,
    bias: float | None = None,
    *,
    slices: tuple[str, ...] = (),
    captions: tuple[str, str] = ("Window", "Kernel"),
    fill: float = 0.0,
) -> WeightedSum:
    """The sum of the window's values [C, *sides] times a kernel of the same shape."""
    values, inside = window(maps, place, axes, fill)
    return WeightedSum(values, matrices(numbers(kernel)), inside, bias, slices, captions)


def share_of_map(site: Site) -> tuple[Floats, Bools]:
    """The part of a map that adaptive pooling gives to the cell at `site`."""
    whole = site.given[0][site.unit]
    places = zip(site.place, whole.shape, site.shape[1:], strict=True)
    sides = tuple(
        slice(place * given // made, ceil((place + 1) * given / made))
        for place, given, made in places
    )
    values = matrices(numbers(whole[sides][None]))
    return values, np.ones(values.shape[1:], bool)


def per_side(value: int | Sequence[int], sides: int) -> tuple[int, ...]:
    """A setting for each side, where one number stands for all."""
    return (value,) * sides if isinstance(value, int) else tuple(value)


def numbers(values: Tensor) -> Floats:
    """The values as an array."""
    array: Floats = values.detach().float().cpu().numpy()
    return array


def bias_of(bias: Tensor | None, index: int | tuple[int, ...]) -> float | None:
    """One number of a bias, where there is one."""
    return None if bias is None else float(bias[index])


def _edges(inside: Bools, channels: int) -> Bools:
    """What is inside a window, in a shape that spreads to that of its matrices."""
    if inside.ndim < 3:
        return inside
    return np.tile(inside, (channels, 1, 1))
