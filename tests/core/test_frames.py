from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from core.frames import Array, Frame, read_frame, write_frame


def _sent(*frames: Frame) -> BytesIO:
    file = BytesIO()
    for frame in frames:
        write_frame(file, frame)
    file.seek(0)
    return file


def test_what_is_sent_arrives_in_order() -> None:
    arrays: dict[str, Array] = {
        "maps": np.arange(24, dtype=np.float32).reshape(2, 3, 4)[:, ::2],
        "count": np.array(7, np.int64),
        "none": np.empty((0, 5), np.uint8),
    }
    file = _sent(Frame({"kind": "first", "value": [1, None]}, arrays), Frame({"kind": "second"}))
    first, second = read_frame(file), read_frame(file)
    assert first.data == {"kind": "first", "value": [1, None]}
    for name, array in arrays.items():
        assert first.arrays[name].dtype == array.dtype
        assert first.arrays[name].shape == array.shape
        assert np.array_equal(first.arrays[name], array)
    assert second.data == {"kind": "second"}


@pytest.mark.parametrize("kept", [0, 3, 30, -1])
def test_a_frame_that_breaks_off_is_told(kept: int) -> None:
    whole = _sent(Frame({"kind": "weights"}, {"w": np.ones(9)})).getvalue()
    with pytest.raises(EOFError):
        read_frame(BytesIO(whole[:kept]))
