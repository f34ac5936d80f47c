from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from core.data.cameras import DRAWN_RATE, every
from core.data.cameras.gratings import HEIGHT, WIDTH, Gratings
from core.results import Bytes


def peak(frame: Bytes) -> tuple[float, float]:
    """Direction in degrees, modulo 180, and wavelength in px of the strongest wave."""
    grey = frame[..., 0].astype(float)
    window = np.hanning(HEIGHT)[:, None] * np.hanning(WIDTH)
    power = np.abs(np.fft.rfft2((grey - grey.mean()) * window, (1440, 1440)))
    row, column = np.unravel_index(power.argmax(), power.shape)
    up, right = -np.fft.fftfreq(1440)[row], np.fft.rfftfreq(1440)[column]
    return float(np.degrees(np.arctan2(up, right)) % 180), float(1 / np.hypot(up, right))


@pytest.mark.parametrize("orientation", [0.0, 30.0, 90.0, 135.0])
@pytest.mark.parametrize("wavelength", [8.0, 32.0])
def test_its_spectrum_peaks_where_the_options_say(orientation: float, wavelength: float) -> None:
    seen, length = peak(Gratings(orientation, wavelength).at(0.3))
    assert abs((seen - orientation + 90) % 180 - 90) < 1.5
    assert length == pytest.approx(wavelength, rel=0.02)


@pytest.mark.parametrize(
    ("orientation", "moved"), [(0.0, (0, 8)), (90.0, (-8, 0)), (180.0, (0, -8)), (270.0, (8, 0))]
)
def test_it_runs_where_its_direction_points(orientation: float, moved: tuple[int, int]) -> None:
    grating = Gratings(orientation, 32.0, speed=1.0)
    before, after = grating.at(0.0), grating.at(0.25)
    down, right = moved
    shifted = np.roll(before, (down, right), (0, 1))[16:-16, 16:-16]
    assert np.abs(shifted.astype(int) - after[16:-16, 16:-16]).max() <= 1


def test_after_one_cycle_it_is_where_it_was() -> None:
    grating = Gratings(20.0, 24.0, speed=2.0)
    assert np.array_equal(grating.at(0.0), grating.at(0.5))


def test_contrast_is_its_reach_about_mid_grey() -> None:
    whole, half = Gratings(contrast=1.0).at(0.0), Gratings(contrast=0.5).at(0.0)
    assert whole.min() <= 1
    assert whole.max() >= 254
    assert (half.min(), half.max()) == pytest.approx((64, 192), abs=1)
    assert np.unique(Gratings(contrast=0.0).at(0.0)).tolist() == [128]


def test_its_frames_are_a_thirtieth_of_a_second_apart() -> None:
    grating = Gratings(speed=3.0)
    frames = grating.frames()
    seen = list(islice(every(frames), 4))
    assert seen[3].shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(seen[3], grating.at(3 / DRAWN_RATE))
    frames.close()
