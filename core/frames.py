"""Messages between two of our processes: plain data as JSON, and beside it arrays as they are.

A frame is the length of its JSON, the JSON, and then the bytes of each array it lists.  Nothing in
it can run code, and an array is read into its place without a further copy.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, eq=False)
class Frame:
    """One message: `data` is plain, `arrays` go by name."""

    data: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)


def write_frame(file: IO[bytes], frame: Frame) -> None:
    """Send a frame.  Raises BrokenPipeError if nobody reads any more."""
    arrays = {name: np.ascontiguousarray(array) for name, array in frame.arrays.items()}
    # ascontiguousarray makes a number a vector of one
    kinds = [(name, array.dtype.str, frame.arrays[name].shape) for name, array in arrays.items()]
    head = json.dumps({"data": frame.data, "arrays": kinds}).encode()
    file.write(_LENGTH.pack(len(head)) + head)
    for array in arrays.values():
        if array.size:
            file.write(array.data.cast("B"))
    file.flush()


def read_frame(file: IO[bytes]) -> Frame:
    """Receive a frame, its arrays writable.  Raises EOFError if it ends before."""
    (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    head = json.loads(_exactly(file, length))
    arrays = {}
    for name, kind, shape in head["arrays"]:
        array = np.empty(shape, np.dtype(kind))
        if array.size:
            _fill(file, array.reshape(-1).data.cast("B"))
        arrays[name] = array
    return Frame(head["data"], arrays)


def _exactly(file: IO[bytes], count: int) -> bytes:
    found = bytearray(count)
    _fill(file, memoryview(found))
    return bytes(found)


def _fill(file: IO[bytes], place: memoryview) -> None:
    while place:
        count = file.readinto(place)  # type: ignore[attr-defined]
        if not count:
            raise EOFError("the other process has ended")
        place = place[count:]
