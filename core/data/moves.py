"""Pictures moved by whole pixels and mirrored, many at a time."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

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
    """Makes the moves of an epoch, a part at a time; what follows from them is worked out once.

    The pictures are [H, W, C], as `shape` says, and none may move by its height or width, or
    further.  `fill` is what comes in at the border: "zero", or the "edge" pixels.
    """

    def __init__(self, moves: Moves, shape: tuple[int, ...], fill: str = "zero") -> None:
        _, width, channels = shape
        self._shape, self._fill = shape, fill
        # To move and then mirror is to mirror and then move the other way.
        self._right = np.where(moves.mirrored, -moves.right, moves.right)
        self._down, self._mirrored = moves.down, moves.mirrored
        self._reach = max(_furthest(self._down), _furthest(self._right))
        self._margin = self._reach * (width + 1) * channels
        self._starts = self._margin - (self._down * width + self._right) * channels
        self._memory = np.empty(0, np.uint8)
        self._own = self._tables() if self._reach and fill == "zero" else ()

    def moved(self, images: Bytes, order: Ints, begin: int = 0) -> Bytes:
        """The pictures `order` [n] of `images` [N, H, W, C], by the moves from number `begin` on.

        Gives [n, H, W, C], until the next call.
        """
        shape, part = (len(order), *self._shape), slice(begin, begin + len(order))
        size = prod(shape)
        memory = self._memory_of(size + 2 * self._margin)
        pictures = memory[self._margin : self._margin + size].reshape(shape)
        # "clip", as the numbers are right: others would be checked in a copy.
        np.take(images, order, 0, out=pictures, mode="clip")
        _mirror(pictures, np.flatnonzero(self._mirrored[part]))
        if not self._reach:
            return pictures
        if self._fill == "edge":
            return _over_edges(pictures, self._down[part], self._right[part], self._reach)
        return self._into_black(memory, part).reshape(shape)

    def _memory_of(self, size: int) -> Bytes:
        """That of the last part where it suffices: new memory is cleared by the system first."""
        if self._memory.size < size:
            self._memory = np.empty(size, np.uint8)
        return self._memory[:size]

    def _into_black(self, memory: Bytes, part: slice) -> Bytes:
        """The pictures in the middle of `memory` moved, with black behind them, as [n, H * W * C].

        A moved picture is one stretch of memory that begins earlier or later; what such a stretch
        holds of a neighbouring row or picture is blackened.
        """
        size = prod(self._shape)
        stretches = np.ndarray((memory.size - size + 1,), f"V{size}", memory.data, 0, (1,))
        starts = self._starts[part]
        seen: Bytes = stretches[starts + np.arange(len(starts)) * size].view(np.uint8)
        seen = seen.reshape(-1, size)
        for table, rows in self._own:
            seen &= table[rows[part]]
        return seen

    def _tables(self) -> tuple[tuple[Bytes, Ints], ...]:
        """Tables of the bytes that are a moved picture's own, and each picture's row in them."""
        tables = _own(self._shape, self._reach)
        down, right = self._down + self._reach, self._right + self._reach
        rows = (down * (2 * self._reach + 1) + right,) if len(tables) == 1 else (down, right)
        return tuple(zip(tables, rows, strict=True))


def _furthest(moves: Ints) -> int:
    return int(max(-moves.min(initial=0), moves.max(initial=0)))


def _mirror(pictures: Bytes, chosen: Ints) -> None:
    """Mirror the chosen ones, in place.

    Plane by plane, as one loop then runs over a row; and in numpy, as torch's threads would wait
    for each other for longer than this takes.
    """
    facing = pictures[chosen]
    mirrored = np.empty_like(facing)
    for channel in range(pictures.shape[3]):
        mirrored[..., channel] = facing[:, :, ::-1, channel]
    pictures[chosen] = mirrored


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
