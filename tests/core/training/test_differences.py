from __future__ import annotations

import pytest

from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.training.differences import differences

MODEL = Model("net", Preprocessing((8, 8)))


def test_the_right_is_compared_with_the_left() -> None:
    left = Snapshot(MODEL, step=2, metrics={"loss": 2.0, "test_accuracy": 0.25})
    right = Snapshot(MODEL, step=8, metrics={"loss": 0.5, "test_accuracy": 0.75})

    rows = {row[0]: row[1:] for row in differences(left, right).rows}

    assert rows["Step"] == (2, 8, 6)
    assert rows["Loss"] == pytest.approx((2.0, 0.5, -1.5))
    assert rows["Test"] == pytest.approx((0.25, 0.75, 0.5))
    assert rows["Training"] == (None, None, None)


def test_what_one_of_them_lacks_has_no_difference() -> None:
    rows = {row[0]: row[1:] for row in differences(None, Snapshot(MODEL, step=8)).rows}

    assert rows["Step"] == (None, 8, None)
    assert rows["Loss"] == (None, None, None)
