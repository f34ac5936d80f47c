from __future__ import annotations

import numpy as np

from core.data.synthetic import drawn_samples, pixel_grid, turned
from core.results import Floats, Ints


def draw(generator: np.random.Generator, classes: Ints) -> Floats:
    values = generator.random((len(classes), 2, 2), np.float32)
    values += classes[:, None, None]
    values /= 4
    return values


def pictures(count: int, split: str = "train", seed: int = 0, noise: float = 0.0) -> Ints:
    samples = drawn_samples("x", split, ("a", "b", "c"), draw, count=count, seed=seed, noise=noise)
    return samples.images.astype(np.int64)


def test_a_seed_draws_the_same_pictures_however_many_there_are() -> None:
    few, many = pictures(70), pictures(200)
    assert np.array_equal(few, many[:70])
    assert not np.array_equal(few, pictures(70, seed=1))


def test_classes_take_turns_and_test_pictures_are_others() -> None:
    train, test = (
        drawn_samples("x", split, ("a", "b", "c"), draw, count=30, seed=0)
        for split in ("train", "test")
    )
    assert train.counts.tolist() == [10, 10, 10]
    assert test.counts.tolist() == [2, 2, 2]
    assert not np.array_equal(train.images[:6], test.images)


def test_how_they_were_drawn_is_stated() -> None:
    samples = drawn_samples("x", "test", ("a", "b", "c"), draw, count=1000, seed=7)
    assert samples.division == (
        "1,000 pictures are drawn for training and 200 others for testing, as many of each class, "
        "with seed 7."
    )


def test_noise_has_the_deviation_that_was_asked_for() -> None:
    difference = pictures(2000, noise=0.1) - pictures(2000)
    inner = (pictures(2000) > 90) & (pictures(2000) < 165)
    assert abs(difference[inner].std() / 255 - 0.1) < 0.01


def test_a_plane_turns_counter_clockwise() -> None:
    x, y = pixel_grid(3)
    right, down = turned(x, y, np.array([[[90.0]]], np.float32))
    assert np.allclose(right[0, 0], 1)
    assert np.allclose(down[0, :, 0], -1)
