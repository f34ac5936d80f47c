"""What analyses return: arrays with their meaning and unit, shown by widgets of their type.

Every array is numpy, row-major, float32 unless stated.  A field holding another result is
flattened where a result is exported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.arithmetic import Arithmetic

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Box:
    """A rectangle on a frame, in frame pixels; `top` and `left` may lie outside it."""

    top: float
    left: float
    height: float
    width: float

    def on_frame(self, seen: Box, size: tuple[int, int]) -> Box:
        """The same rectangle of an input of `size` (H, W), on the frame whose part `seen` it is."""
        down, across = seen.height / size[0], seen.width / size[1]
        return Box(
            seen.top + self.top * down,
            seen.left + self.left * across,
            self.height * down,
            self.width * across,
        )


@dataclass(frozen=True, eq=False)
class Patches:
    """The probability [rows, columns] with a patch of `size` px at each of `tops` x `lefts`.

    It is nan where a partial result has not looked yet.
    """

    probability: Floats
    tops: Ints
    lefts: Ints
    size: int
    unoccluded: float


@dataclass(frozen=True, eq=False)
class Heatmap:
    """One value per pixel of the image that the network saw.

    values [H, W]; `meaning` says what a value tells, with its unit.  `signed`: zero is neutral,
    so it is shown on a diverging colour map.  `box`: where the map lies on the frame.
    """

    values: Floats
    meaning: str
    signed: bool = False
    box: Box | None = None
    patches: Patches | None = None


@dataclass(frozen=True, eq=False)
class Tiles:
    """Maps side by side as one picture [rows * (h + gap) - gap, columns * (w + gap) - gap].

    Grey levels are indices into the colour map; `levels` [N, 2] are the values of 0 and 255.
    """

    picture: Bytes
    levels: Floats
    columns: int
    gap: int = 1


@dataclass(frozen=True, eq=False)
class MapGrid:
    """N maps [N, h, w], or N colour tiles [N, h, w, 3] of 0..1, of one layer.

    `signed`: zero is neutral.  `names` label the tiles, else they are numbered.  `statistics`
    gives one number per map under its name ("mean", "max", "zeros").  `tiles` is the picture to
    draw, where the worker has made it already.
    """

    maps: Floats
    meaning: str
    signed: bool = False
    layer: str = ""
    names: tuple[str, ...] = ()
    statistics: Mapping[str, Floats] = field(default_factory=dict)
    tiles: Tiles | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """A colour picture [H, W, 3] uint8; `statistics` are numbers about it, units in their names."""

    picture: Bytes
    meaning: str
    statistics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Series:
    """One curve: `y` over `x`, both [n]."""

    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves over one horizontal axis, grouped into panels by `unit` of the vertical one.

    `panels` maps the caption of a vertical axis to the curves on it by name.
    """

    horizontal: str
    panels: Mapping[str, Mapping[str, Series]]


@dataclass(frozen=True, eq=False)
class FeatureSpace:
    """What n samples look like to a layer: their `features` [n, d], and how others get theirs.

    What `layer` gives, averaged over each map if `averaged`, is a vector v [D]; its features are
    (v - centre [D]) @ axes [D, d].
    """

    layer: str
    averaged: bool
    features: Floats
    centre: Floats
    axes: Floats


@dataclass(frozen=True, eq=False)
class Scatter:
    """n points [n, 2] of samples `index` [n] of a data set, with their `labels` [n].

    `space` is what the points are a picture of.
    """

    points: Floats
    labels: Ints
    index: Ints
    meaning: str
    classes: tuple[str, ...] = ()
    statistics: Mapping[str, float] = field(default_factory=dict)
    space: FeatureSpace | None = None


@dataclass(frozen=True, eq=False)
class Placement:
    """Where something new lies on a map: `point` [2], between the nearest of the map's points.

    `neighbours` [k] are their positions in the map, nearest first, `weights` [k] their shares.
    """

    point: Floats
    neighbours: Ints
    weights: Floats


@dataclass(frozen=True, eq=False)
class Matrix:
    """Numbers in rows and columns, as a person would write them down."""

    values: Floats
    meaning: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of text and numbers under column captions."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    meaning: str = ""


@dataclass(frozen=True)
class ClassProbability:
    """How probable one class is."""

    index: int
    name: str
    probability: float


@dataclass(frozen=True, eq=False)
class Predictions:
    """The most probable classes, most probable first, and the probability of all [N]."""

    classes: tuple[ClassProbability, ...]
    probabilities: Floats


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """One small picture of grey levels [h, w] per layer: indices into the colour map."""

    pictures: Mapping[str, Bytes]


@dataclass(frozen=True)
class Following:
    """A layer that follows, such as the non-linearity, and the `output` that it gives."""

    follower: str
    function: str
    formula: str
    output: float


@dataclass(frozen=True, eq=False)
class CellComputation:
    """How one cell of a layer's map gets its value, with every number.

    `arithmetic` is the computation of cell (row, column) of map `unit` of `layer`, whose `kind`
    is its layer kind; `value` what the network itself gave there.  `followed_by` are the layers
    up to the non-linearity, in order.  `sees` is what the cell sees, on the network's input in
    input pixels, cut at its edges.
    """

    layer: str
    kind: str
    unit: int
    cell: tuple[int, int]
    arithmetic: Arithmetic
    value: float
    followed_by: tuple[Following, ...]
    sees: Box

    @property
    def output(self) -> float:
        """The value after the non-linearity, where one follows."""
        return self.followed_by[-1].output if self.followed_by else self.value

    def formula(self, limit: int = 9) -> str:
        """The computation in one line: "1×1 + 0×1 + … = 4", with at most `limit` terms."""
        return self.arithmetic.formula(limit)


#: What is told of each fit, in this order.
GABOR_COLUMNS = (
    "unit", "r2", "orientation_deg", "wavelength_px", "phase_deg", "bandwidth_octaves", "aspect",
    "gabor_like",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class GaborFits:
    """N kernels beside the Gabor functions nearest to them, best first.

    `kernels`, `fits` and `residuals` are [N, h, w] in shares of the kernel's largest weight,
    `largest` [N]; or colours [N, h, w, 3] of 0..1, where that weight is 0 or 1 and zero is 0.5.
    The columns [N] of the table tell of each fit which `unit` has the kernel, the share `r2` of
    the variance that it explains, its direction of modulation (counter-clockwise from right, 0 to
    180), its phase (of a sine, -180 to 180), its bandwidth (inf: it passes frequency 0 too), its
    length over its width, and how far right and down of the kernel's its centre [N, 2] is.
    `gabor_like`: whether it beats the 99th percentile of `baseline_r2` [M], of random kernels;
    none does while that is empty, or where kernels are too small to tell.
    """

    kernels: Floats
    fits: Floats
    residuals: Floats
    largest: Floats
    unit: Ints
    r2: Floats
    orientation_deg: Floats
    wavelength_px: Floats
    phase_deg: Floats
    bandwidth_octaves: Floats
    aspect: Floats
    centre_px: Floats
    gabor_like: NDArray[np.bool_]
    baseline_r2: Floats
    meaning: str
    layer: str = ""

    @property
    def baseline_percentile_99(self) -> float | None:
        """What 99 of 100 random kernels stay below; None before they are fitted."""
        return float(np.percentile(self.baseline_r2, 99)) if self.baseline_r2.size else None

    def rows(self) -> list[dict[str, int | float | bool | None]]:
        """The table as plain data, best first; an infinite bandwidth is None."""
        columns = [getattr(self, name).tolist() for name in GABOR_COLUMNS]
        return [
            {
                name: None if value == inf else value
                for name, value in zip(GABOR_COLUMNS, row, strict=True)
            }
            for row in zip(*columns, strict=True)
        ]

    def baseline(self) -> dict[str, int | float | None]:
        """How well random kernels of the same size and channels are fitted, as plain data."""
        count = int(self.baseline_r2.size)
        median = float(np.median(self.baseline_r2)) if count else None
        return {
            "percentile_99": self.baseline_percentile_99,
            "median": median,
            "count": count,
        }

    def place(self, unit: int) -> int | None:
        """Where the kernel of a unit stands in the order; None if there is no such unit."""
        found = np.flatnonzero(self.unit == unit)
        return int(found[0]) if found.size else None

    def grid(self, part: Literal["kernels", "fits", "residuals"]) -> MapGrid:
        """One of the three as tiles, best first, all on one scale."""
        maps: Floats = getattr(self, part)
        names = tuple(f"unit {unit}" for unit in self.unit.tolist())
        meaning = f"{part[:-1]}, of the kernel's largest weight"
        return MapGrid(maps, meaning, maps.ndim == 3, self.layer, names, {"R²": self.r2})
