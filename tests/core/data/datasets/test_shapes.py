from __future__ import annotations

import numpy as np
import pytest

from core.data.datasets import load_samples

CLASSES = ("disc", "square", "triangle", "cross", "ring", "star")
STILL = "noise=0&spread=0&rotation=0&smallest=1&largest=1"


def test_there_are_as_many_of_each_shape() -> None:
    samples = load_samples("shapes?count=60&size=16", "train")
    assert samples.images.shape == (60, 16, 16)
    assert samples.images.dtype == np.uint8
    assert samples.classes == CLASSES
    assert samples.counts.tolist() == [10] * 6


@pytest.mark.parametrize(
    ("shape", "share"),
    [
        ("disc", np.pi * 0.85**2 / 4),
        ("square", 1.4**2 / 4),
        ("triangle", 3 * np.sqrt(3) / 16),
        ("cross", (2 * 1.9 * 0.5 - 0.5**2) / 4),
        ("ring", np.pi * (0.9**2 - 0.5**2) / 4),
        ("star", 10 * 0.4 * np.sin(np.pi / 5) / 8),
    ],
)
def test_a_shape_covers_its_area(shape: str, share: float) -> None:
    samples = load_samples(f"shapes?count=20&size=128&{STILL}", "train")
    picture = samples.images[CLASSES.index(shape)]
    assert abs(picture.mean() / 255 - share) < 0.01


def test_shapes_are_seen_whole_wherever_they_lie() -> None:
    pictures = load_samples("shapes?count=300&size=32&noise=0&rotation=180", "train").images
    border = np.concatenate(
        [pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]]
    )
    assert border.mean() < 3
    centres = pictures.argmax(2).max(1)
    assert centres.std() > 2


def test_colours_are_light_on_dark() -> None:
    pictures = load_samples(f"shapes?count=30&size=16&colour=true&{STILL}", "train").images
    assert pictures.shape == (30, 16, 16, 3)
    centre, corner = pictures[0, 8, 8], pictures[0, 0, 0]
    assert (centre > corner).all()
    assert len({tuple(picture[8, 8]) for picture in pictures[::6]}) == 5
