from __future__ import annotations

import numpy as np
import pytest

from core.data.datasets import load_samples
from core.results import Bytes


def strongest_direction(picture: Bytes) -> float:
    """Degrees along the stripes, counter-clockwise, by the strongest wave of the picture."""
    side = len(picture)
    spectrum = np.abs(np.fft.fft2(picture - picture.mean()))
    row, column = np.unravel_index(spectrum.argmax(), spectrum.shape)
    down, right = (((int(k) + side // 2) % side) - side // 2 for k in (row, column))
    return float(np.degrees(np.arctan2(right, down)) % 180)


@pytest.mark.parametrize("kind", ["gratings", "bars"])
def test_a_class_is_the_direction_along_the_stripes(kind: str) -> None:
    samples = load_samples(
        f"gratings?count=40&size=64&orientations=4&noise=0&wavelength=12&kind={kind}", "train"
    )
    assert samples.classes == ("0°", "45°", "90°", "135°")
    for picture, label in zip(samples.images[:20], samples.labels, strict=False):
        if kind == "bars":  # a bar's own wave is the strongest across it
            picture = np.where(picture > 160, 255, 0) * np.hanning(64)[:, None] * np.hanning(64)
        away = (strongest_direction(picture) - 45 * label + 90) % 180 - 90
        assert abs(away) < (20 if kind == "bars" else 8)


def test_a_wave_is_as_long_and_as_strong_as_was_asked_for() -> None:
    samples = load_samples("gratings?count=20&size=64&noise=0&wavelength=8&contrast=0.5", "train")
    lying = samples.images[0].astype(float)
    assert np.ptp(lying, 1).max() == 0
    assert np.array_equal(lying[:-8], lying[8:])
    assert abs(np.ptp(lying) - 127.5) < 12


def test_both_kinds_are_about_as_many() -> None:
    samples = load_samples("gratings?count=400&size=16&noise=0&kind=both&contrast=1", "train")
    dark = (samples.images < 2).mean((1, 2))
    assert 0.4 < (dark > 0.4).mean() < 0.6


def test_jitter_turns_pictures_away_from_their_class() -> None:
    still, turned = (
        load_samples(f"gratings?count=40&size=16&noise=0&jitter={angle}", "train").images
        for angle in (0, 10)
    )
    assert np.ptp(still[0], 1).max() == 0
    assert np.ptp(turned[0], 1).max() > 0
