from __future__ import annotations

import numpy as np
import torch

from core.data.tones import LUMINANCE, Tones, toned

RNG = np.random.default_rng(6)
COUNT = 12


def tones(brightness: float = 1.0, contrast: float = 1.0, saturation: float = 1.0) -> Tones:
    values = (brightness, contrast, saturation)
    return Tones(*(np.full(COUNT, value, np.float32) for value in values))


def test_factors_of_one_change_nothing() -> None:
    for channels in (1, 3):
        images = RNG.integers(0, 256, (COUNT, 5, 4, channels), np.uint8)
        assert np.array_equal(toned(images, tones()), images)


def test_brightness_is_about_black_and_cut_off_at_white() -> None:
    grey = np.array([0, 100, 200], np.uint8).reshape(1, 1, 3, 1).repeat(COUNT, 0)
    assert toned(grey, tones(brightness=1.5))[0].ravel().tolist() == [0, 150, 255]


def test_contrast_is_about_the_mean() -> None:
    grey = np.array([50, 100, 150], np.uint8).reshape(1, 1, 3, 1).repeat(COUNT, 0)
    assert toned(grey, tones(contrast=0.5))[0].ravel().tolist() == [75, 100, 125]
    assert toned(grey, tones(contrast=2.0))[0].ravel().tolist() == [0, 100, 200]


def test_without_saturation_only_the_luminance_is_left() -> None:
    images = RNG.integers(0, 256, (COUNT, 3, 3, 3), np.uint8)
    grey = toned(images, tones(saturation=0.0))
    assert np.abs(grey - (images @ LUMINANCE)[..., None]).max() <= 0.51


def test_saturation_is_nothing_to_grey_pictures() -> None:
    images = RNG.integers(0, 256, (COUNT, 3, 3, 1), np.uint8)
    assert np.array_equal(toned(images, tones(saturation=0.3)), images)


def test_all_three_together_are_those_of_the_formulas() -> None:
    images = RNG.integers(90, 160, (COUNT, 4, 4, 3), np.uint8)
    drawn = [RNG.uniform(0.8, 1.2, COUNT).astype(np.float32) for _ in range(3)]
    bright, contrast, saturation = (torch.from_numpy(part).view(-1, 1, 1, 1) for part in drawn)
    weights = torch.from_numpy(LUMINANCE)
    lit = torch.from_numpy(images).float() * bright
    mean = (lit @ weights).mean((1, 2)).view(-1, 1, 1, 1)
    hard = (lit - mean) * contrast + mean
    grey = (hard @ weights)[..., None]
    expected = (grey + (hard - grey) * saturation).clamp(0, 255)
    difference = torch.from_numpy(toned(images, Tones(*drawn))).float() - expected
    assert difference.abs().max() <= 0.51
