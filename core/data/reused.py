"""Arrays that are used again once nobody else holds them."""

from __future__ import annotations

import sys

import numpy as np

from core.results import Floats

#: References to an array that only `Reused` holds: in its list, in the loop, in the call.
_ALONE = 3


class Reused:
    """Gives arrays [n, size] of float32; new memory is slow, as the system clears it first."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._arrays: list[Floats] = []

    def free(self, count: int) -> Floats:
        """The first `count` rows of an array that nobody holds, with anything in them.

        It is held as long as there is a view of it, also one by a tensor.
        """
        for array in self._arrays:
            if sys.getrefcount(array) <= _ALONE:
                return array[:count]
        self._arrays.append(np.empty(self._shape, np.float32))
        return self._arrays[-1][:count]
