"""How one value of a layer comes about, with every number, as a person would write it down.

Each file holds one way of coming about; `Arithmetic` is what all of them tell.  Windows are
[n, h, w] of float32: the maps of a picture, the maps of a clip frame by frame, or all channels of
a signal as the rows of one matrix.  A vector is [n, 1, 1].  `inside`, of a shape that spreads to
that of the window, is False where a window hangs over the edge.  `result` is worked out in double
precision.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: Most terms of a sum that are written out.
LIMIT = 9


@dataclass(frozen=True, eq=False)
class Part:
    """Numbers under one caption, [n, h, w]; those of all parts stand in the same places.

    `inside` is False where a number is filled in from beyond the edge; `chosen` is the place of
    the one that counts, in the order of the values.
    """

    caption: str
    values: Floats
    inside: Bools | None = None
    chosen: int | None = None


@dataclass(frozen=True, eq=False)
class Inner:
    """How a number that an arithmetic reads comes about itself, under a name.

    `place` says which of the numbers of its parts it gives, in the order of the values.
    """

    name: str
    arithmetic: Arithmetic
    place: int | None = None


class Arithmetic(Protocol):
    """What is told of a value: the result, the formula, the numbers in rows and columns, facts.

    `result` and `formula` are its own; the others hold unless it defines them.
    """

    @property
    @abstractmethod
    def result(self) -> float:
        """The value."""

    @abstractmethod
    def formula(self, limit: int = LIMIT) -> str:
        """The computation in one line, with at most `limit` terms of a sum."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Numbers to be shown side by side, all [n, h, w]."""
        return ()

    @property
    def pages(self) -> tuple[str, ...]:
        """What the n matrices of each part are called; empty: they are channels from 0."""
        return ()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Single numbers under their captions."""
        return ()

    @property
    def inner(self) -> tuple[Inner, ...]:
        """How what it reads comes about, where the layer works that out too."""
        return ()


def short(value: float) -> str:
    """A number in three significant digits, with a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


def told(numbers: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Numbers as facts, under their captions."""
    return tuple((caption, short(number)) for caption, number in numbers.items())


def listed(values: NDArray[np.floating[Any]], between: str, limit: int) -> str:
    """The first `limit` of some values; an ellipsis stands for the others."""
    parts = [short(value) for value in values.ravel()[:limit]] + ["…"] * (values.size > limit)
    return between.join(parts)


def less(value: float) -> str:
    """A number that is taken away: "− 0.5", or of one below zero "+ 0.5"."""
    return f"+ {short(-value)}" if value < 0 else f"− {short(value)}"


def column(values: NDArray[np.floating[Any]]) -> Floats:
    """A vector [n] as a part has it, [n, 1, 1]."""
    upright: Floats = np.asarray(values, np.float32).reshape(-1, 1, 1)
    return upright
