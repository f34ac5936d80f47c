from __future__ import annotations

import numpy as np
import pytest

from core.data.splits import held_out, single, stated


@pytest.mark.parametrize(("count", "share", "expected"), [(10, 0.2, 2), (3, 0.01, 1), (4, 0.9, 3)])
def test_each_group_gives_its_share_but_keeps_one(count: int, share: float, expected: int) -> None:
    groups = ["a"] * count + ["b"] * count
    chosen = held_out(groups, share, 0)
    assert chosen[:count].sum() == chosen[count:].sum() == expected


def test_a_single_sample_is_for_training() -> None:
    assert not held_out(["a"], 0.5, 0).any()
    assert single(np.array([0, 1, 1, 3]), ("x", "y", "none", "z")) == ("x", "z")


def test_a_seed_repeats_and_another_one_differs() -> None:
    groups = [0] * 50
    first, again, other = (held_out(groups, 0.5, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_what_is_drawn_for_a_group_does_not_depend_on_the_others() -> None:
    alone = held_out(["b"] * 9, 0.3, 7)
    among = held_out(["a"] * 5 + ["b"] * 9, 0.3, 7)
    assert np.array_equal(among[5:], alone)


def test_the_split_is_stated_with_its_seed() -> None:
    assert stated(np.array([True, False, False]), 7) == (
        "2 pictures are for training and 1 for testing, as many of each class in proportion, "
        "drawn with seed 7."
    )
