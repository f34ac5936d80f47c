from __future__ import annotations

import numpy as np
import pytest
import torch

from core.errors import UserError
from core.network.imagenet import IMAGENET
from core.network.preprocessing import Preprocessing
from core.network.snapshot import plain


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_keeps_the_central_square() -> None:
    box = IMAGENET.box(300, 451)
    assert (box.top, box.left, box.height, box.width) == (19, 94, 262, 262)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 900), (3, 2), (224, 224), (500, 31)])
def test_takes_a_frame_of_any_size(height: int, width: int) -> None:
    prepared = IMAGENET.prepare(_noise(height, width))
    assert prepared.image.shape == (3, 224, 224)
    assert prepared.image.isfinite().all()
    assert prepared.box.top >= 0
    assert prepared.box.top + prepared.box.height <= height


def test_a_frame_of_the_networks_size_is_not_resampled() -> None:
    frame = _noise(9, 9)
    image = plain((3, 9, 9)).prepare(frame).image
    assert torch.equal((image * 255).round().byte().permute(1, 2, 0), torch.from_numpy(frame))


def test_the_picture_of_an_image_is_the_frame_again() -> None:
    frame = _noise(9, 9)
    preprocessing = Preprocessing((9, 9), IMAGENET.mean, IMAGENET.std)
    assert np.array_equal(preprocessing.picture(preprocessing.prepare(frame).image), frame)


def test_grey_is_the_luminance() -> None:
    frame = np.zeros((5, 5, 3), np.uint8)
    frame[..., 1] = 255
    image = plain((1, 5, 5)).prepare(frame).image
    assert image.shape == (1, 5, 5)
    assert image.unique().tolist() == pytest.approx([0.587])


def test_bicubic_values_stay_between_black_and_white() -> None:
    frame = np.zeros((40, 40, 3), np.uint8)
    frame[:, 20:] = 255
    preprocessing = Preprocessing((30, 30), interpolation="bicubic")
    image = preprocessing.prepare(frame).image
    assert image.min() == 0
    assert image.max() == 1


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ((2, 8, 8), "reads 2 channels, but a picture has 1"),
        ((3, 30_000, 30_000), "3 x 30000 x 30000 needs 10 GiB; choose one of at most 1 GiB"),
    ],
)
def test_an_input_that_no_frame_can_be_made_into_is_told(
    shape: tuple[int, int, int], why: str
) -> None:
    with pytest.raises(UserError, match=why):
        Preprocessing((8, 8)).resized(shape).prepare(_noise(8, 8))
