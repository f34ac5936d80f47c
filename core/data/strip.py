"""Pictures side by side in one strip of memory, so that a moved one is a stretch of it."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from core.results import Bytes, Ints

#: Bytes in which all pictures and their mirrored ones are kept: 60,000 of 32 px in colour fit.
LARGEST = 2**29

#: From a number up to another: a strip with those pictures, and the byte at which each begins in
#: it.  They are there until the next call.
Held = Callable[[int, int], tuple[Bytes, Ints]]


class Strip:
    """Gives pictures `images`, [N, H, W] or [N, H, W, C], as places in a strip of memory.

    Those of a set are laid side by side once, and mirrored once; of one that would take more than
    `largest` bytes the pictures that are asked for are, each time.  At both ends of a strip there
    is room for one more picture, whatever that holds.
    """

    def __init__(self, images: Bytes, largest: int = LARGEST) -> None:
        #: As they were given, with an axis for the channels: [N, H, W, C].
        self.images: Bytes = images if images.ndim == 4 else images[..., None]
        #: Bytes of one picture.
        self.size = prod(self.images.shape[1:])
        self._memory = np.empty(0, np.uint8)
        self._is_whole = 2 * images.nbytes <= largest
        self._laid = 0

    def holding(self, order: Ints, mirrored: NDArray[np.bool_]) -> Held:
        """What gives a part of the pictures `order` [n], those mirrored that are to be [n]."""
        if not self._is_whole:
            return lambda begin, end: self._copied(order[begin:end], mirrored[begin:end])
        memory = self._memory_of_all(bool(mirrored.any()))
        begins = self._begins(order + len(self.images) * mirrored)
        return lambda begin, end: (memory, begins[begin:end])

    def _begins(self, numbers: Ints) -> Ints:
        return self.size * (1 + numbers)

    def _memory_of_all(self, both_ways: bool) -> Bytes:
        """All pictures, and behind them all mirrored ones where some were asked for."""
        count, sides = len(self.images), 2 if both_ways else 1
        if self._laid < sides:
            pictures = self._room(count * sides)
            pictures[:count] = self.images
            _mirror(self.images, pictures[count:])
            self._laid = sides
        return self._memory

    def _copied(self, order: Ints, mirrored: NDArray[np.bool_]) -> tuple[Bytes, Ints]:
        """Only these pictures, in the memory of the last ones."""
        pictures = self._room(len(order))
        # "clip", as the numbers are right: others would be checked in a copy.
        np.take(self.images, order, 0, out=pictures, mode="clip")
        chosen = np.flatnonzero(mirrored)
        facing = pictures[chosen]
        mirrors = np.empty_like(facing)
        _mirror(facing, mirrors)
        pictures[chosen] = mirrors
        return self._memory, self._begins(np.arange(len(order)))

    def _room(self, count: int) -> Bytes:
        """Room for so many pictures in the middle of the memory.

        It is the last one's where that suffices, as the system clears new memory first.
        """
        needed = (count + 2) * self.size
        if self._memory.size < needed:
            self._memory = np.empty(needed, np.uint8)
        middle = self._memory[self.size : needed - self.size]
        return middle.reshape(count, *self.images.shape[1:])


def _mirror(facing: Bytes, mirrored: Bytes) -> None:
    """Write the first pictures [n, H, W, C] mirrored into the others, as many as these are.

    Plane by plane, as one loop then runs over a row; and in numpy, as torch's threads would wait
    for each other for longer than this takes.
    """
    for channel in range(facing.shape[3]):
        mirrored[..., channel] = facing[: len(mirrored), :, ::-1, channel]
