"""Arrays are used again, but never while somebody looks at them."""

from __future__ import annotations

import numpy as np
import torch

from core.data.reused import Reused


def test_what_nobody_holds_is_used_again_and_what_is_held_stays() -> None:
    reused = Reused((4, 3))
    first = reused.free(4)
    first[:] = 1
    seen = torch.split(torch.from_numpy(first).reshape(4, 3, 1), 2)[1]
    del first
    second = reused.free(2)
    second[:] = 2
    assert torch.equal(seen, torch.ones(2, 3, 1))
    place = seen.data_ptr()
    del seen
    third = reused.free(4)
    assert np.shares_memory(third, third.base)
    assert place == third[2:].ctypes.data
    assert (second == 2).all()
