"""Which samples are for training and which are held out to test with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.options import option
from core.results import Ints


def held_out_share_option() -> Any:
    """How many samples are held out."""
    return option(
        0.2, 0.01, 0.9, label="For testing",
        help="The share of each class that is held out, where the files do not say which.",
    )  # fmt: skip


def split_seed_option() -> Any:
    """Which samples are held out."""
    return option(0, 0, 2**31 - 1, label="Seed", help="Another seed holds out other samples.")


def held_out(groups: Sequence[object], share: float, seed: int) -> NDArray[np.bool_]:
    """Which of n samples are for testing, about the same `share` of each group, drawn by `seed`.

    Of two samples or more of a group at least one is for either; a single one is for training.
    What is drawn for one group does not depend on the others.
    """
    keys = np.array([str(group) for group in groups])
    chosen = np.zeros(len(keys), np.bool_)
    for key in np.unique(keys):
        places = np.flatnonzero(keys == key)
        count = min(max(round(share * len(places)), 1), len(places) - 1)
        generator = np.random.default_rng([seed, *key.encode()])
        chosen[generator.permutation(places)[:count]] = True
    return chosen


def single(labels: Ints, classes: Sequence[str]) -> tuple[str, ...]:
    """The classes of one sample only, which cannot be both learned and tested."""
    counts = np.bincount(labels, minlength=len(classes))
    return tuple(name for name, count in zip(classes, counts, strict=True) if count == 1)


def stated(chosen: NDArray[np.bool_], seed: int, noun: str = "pictures") -> str:
    """How a split was made, in a sentence."""
    test = int(chosen.sum())
    return (
        f"{len(chosen) - test:,} {noun} are for training and {test:,} for testing, "
        f"as many of each class in proportion, drawn with seed {seed}."
    )
