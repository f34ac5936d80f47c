from __future__ import annotations

import numpy as np
import pytest

from core.data import statistics
from core.data.statistics import (
    channel_statistics,
    class_counts,
    imbalance,
    level_counts,
    mean_picture,
)

RNG = np.random.default_rng(8)


def test_classes_are_counted_also_those_that_are_empty() -> None:
    assert class_counts(np.array([0, 2, 2]), 4).tolist() == [1, 0, 2, 0]


@pytest.mark.parametrize(
    ("counts", "expected"), [([4, 2], 2.0), ([3, 3], 1.0), ([3, 0], float("inf")), ([], 1.0)]
)
def test_the_imbalance_is_that_of_the_largest_and_smallest_class(
    counts: list[int], expected: float
) -> None:
    assert imbalance(np.array(counts, np.int64)) == expected


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3)])
def test_the_mean_picture_is_the_mean(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = RNG.integers(0, 256, (11, *shape), np.uint8)
    monkeypatch.setattr(statistics, "_PART", 40)
    np.testing.assert_allclose(mean_picture(images), images.mean(0), rtol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_have_the_mean_and_deviation_of_their_pixels(channels: int) -> None:
    images = RNG.integers(0, 256, (7, 5, 4, channels), np.uint8)
    pixels = images.reshape(-1, channels) / 255
    counts = level_counts(images[..., 0] if channels == 1 else images)
    found = channel_statistics(counts)
    assert counts.sum(1).tolist() == [len(pixels)] * channels
    np.testing.assert_allclose(found.mean, pixels.mean(0), atol=1e-12)
    np.testing.assert_allclose(found.std, pixels.std(0), atol=1e-9)


def test_a_constant_channel_has_no_deviation() -> None:
    assert channel_statistics(level_counts(np.full((2, 3, 3), 51, np.uint8))) == ((0.2,), (0.0,))
