"""Pictures moved by whole pixels and mirrored, many at a time."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.data.strip import Strip
from core.results import Bytes, Ints

#: Bytes of a table that the cache of one core holds beside the pictures.
_LARGEST_TABLE = 2**19


class Moves(NamedTuple):
    """How each of n pictures moves: by `down` and `right` px [n], then `mirrored` or not [n]."""

    down: Ints
    right: Ints
    mirrored: NDArray[np.bool_]

    def part(self, begin: int, end: int) -> Moves:
        """The moves of the pictures from `begin` up to `end`."""
        return Moves(self.down[begin:end], self.right[begin:end], self.mirrored[begin:end])

    def within(self, height: int, width: int) -> Moves:
        """The same, but no further than leaves one row and column of such a picture in sight."""
        down = np.clip(self.down, 1 - height, height - 1)
        right = np.clip(self.right, 1 - width, width - 1)
        return Moves(down, right, self.mirrored)


class Mover:
    """Moves the pictures `order` [n] of a strip, a part at a time.

    What follows from the moves [n] is worked out once, for all.  No picture may move by its height
    or width, or further.  `fill` is what comes in at the border: "zero", or the "edge" pixels.
    """

    def __init__(self, strip: Strip, order: Ints, moves: Moves, fill: str = "zero") -> None:
        self._shape, self._size = strip.images.shape[1:], strip.size
        _, width, channels = self._shape
        # To move and then mirror is to mirror and then move the other way.
        self._right = np.where(moves.mirrored, -moves.right, moves.right)
        self._down = moves.down
        self._reach = max(_furthest(self._down), _furthest(self._right))
        self._over_edges = bool(self._reach) and fill == "edge"
        self._own = self._tables() if self._reach and fill == "zero" else ()
        self._held = strip.holding(order, moves.mirrored)
        self._offsets = -(self._down * width + self._right) * channels

    def moved(self, begin: int, end: int) -> Bytes:
        """Those from number `begin` up to `end`, or up to the last: [N, H, W, C].

        A moved picture is a stretch of the strip that begins earlier or later; what it holds of a
        neighbouring row or picture is blackened.
        """
        part = slice(begin, end)
        memory, begins = self._held(begin, end)
        if self._over_edges:
            still = self._stretches(memory, begins).reshape(-1, *self._shape)
            return _over_edges(still, self._down[part], self._right[part], self._reach)
        seen = self._stretches(memory, begins + self._offsets[part])
        for table, rows in self._own:
            seen &= table[rows[part]]
        return seen.reshape(-1, *self._shape)

    def _stretches(self, memory: Bytes, begins: Ints) -> Bytes:
        """A copy of as many bytes as a picture has from each of the places on: [n, H * W * C]."""
        places = (memory.size - self._size + 1,)
        stretches = np.ndarray(places, f"V{self._size}", memory.data, 0, (1,))
        seen: Bytes = stretches[begins].view(np.uint8)
        return seen.reshape(-1, self._size)

    def _tables(self) -> tuple[tuple[Bytes, Ints], ...]:
        """Tables of the bytes that are a moved picture's own, and each picture's row in them."""
        tables = _own(self._shape, self._reach)
        down, right = self._down + self._reach, self._right + self._reach
        rows = (down * (2 * self._reach + 1) + right,) if len(tables) == 1 else (down, right)
        return tuple(zip(tables, rows, strict=True))


def _furthest(moves: Ints) -> int:
    return int(max(-moves.min(initial=0), moves.max(initial=0)))


def _over_edges(images: Bytes, down: Ints, right: Ints, reach: int) -> Bytes:
    """Pictures moved over a canvas on which their edges go on."""
    count, height, width, channels = images.shape
    margin = (reach, reach)
    canvas = np.pad(images, ((0, 0), margin, margin, (0, 0)), mode="edge")
    # Rows of bytes, whatever the channels: a window's row is then one stretch of memory.
    rows = canvas.reshape(count, height + 2 * reach, -1)
    windows = sliding_window_view(rows, (height, width * channels), (1, 2))
    seen: Bytes = windows[np.arange(count), reach - down, (reach - right) * channels]
    return seen.reshape(images.shape)


@lru_cache(maxsize=4)
def _own(shape: tuple[int, ...], reach: int) -> tuple[Bytes, ...]:
    """Which bytes of a picture [H, W, C] that has moved are its own: 255 where they are, else 0.

    One table [(2 reach + 1)², H * W * C] of all moves, down first; where that would be large, one
    of those down and one of those to the right, [2 reach + 1, H * W * C] each.
    """
    height, width, _ = shape
    moves = np.arange(-reach, reach + 1)[:, None]
    rows = _is_own(height, moves)[:, None, :, None, None]
    columns = _is_own(width, moves)[None, :, None, :, None]
    whole, size = np.full((1, 1, *shape), 255, np.uint8), prod(shape)
    if len(moves) ** 2 * size <= _LARGEST_TABLE:
        return (((rows & columns) * whole).reshape(-1, size),)
    return (rows * whole).reshape(-1, size), (columns * whole).reshape(-1, size)


def _is_own(side: int, moves: Ints) -> NDArray[np.bool_]:
    """Whether the pixels of a side [2 reach + 1, side] come from within it."""
    places = np.arange(side) - moves
    own: NDArray[np.bool_] = (places >= 0) & (places < side)
    return own
