from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.spectrogram import magnitudes, mel_filters, spectrogram_levels
from tests.core.data.recordings import tone, wave_of


@pytest.mark.parametrize(("count", "window", "hop"), [(1000, 256, 64), (700, 64, 50), (64, 64, 64)])
def test_the_transform_is_that_of_torch(count: int, window: int, hop: int) -> None:
    wave = np.random.default_rng(0).standard_normal(count).astype(np.float32)
    expected = torch.stft(
        torch.from_numpy(wave),
        window,
        hop,
        window=torch.hann_window(window),
        pad_mode="constant",
        return_complex=True,
    ).abs()
    found = magnitudes(wave, window, hop)
    assert found.shape == (window // 2 + 1, -(-count // hop))
    np.testing.assert_allclose(found, expected[:, : found.shape[1]], atol=1e-4)


def test_the_bands_are_triangles_that_overlap_by_half() -> None:
    filters = mel_filters(12, 1024, 8000)
    assert filters.shape == (12, 513)
    assert 0.9 < filters.max() <= 1
    peaks = filters.argmax(1)
    assert (np.diff(peaks) > 0).all()
    np.testing.assert_allclose(filters[:, peaks[0] + 1 : peaks[-1]].sum(0), 1, atol=1e-5)


def test_a_high_tone_is_at_the_top_and_a_low_one_at_the_bottom() -> None:
    low, high = (
        spectrogram_levels(wave_of(tone(f)), 8000, bands=16, window=256, hop=100)
        for f in (200, 3500)
    )
    assert low.shape == (16, 8)
    assert low[:, 4].argmax() > 12
    assert high[:, 4].argmax() < 2
    assert low.max() == high.max() == 255


def test_loudness_changes_nothing_and_silence_is_black() -> None:
    wave = wave_of(tone(440))
    settings = {"bands": 8, "window": 128, "hop": 64}
    loud = spectrogram_levels(wave, 8000, **settings).astype(int)
    quiet = spectrogram_levels(wave / np.float32(64), 8000, **settings).astype(int)
    assert np.abs(loud - quiet).max() <= 1
    assert not spectrogram_levels(np.zeros(800, np.float32), 8000, **settings).any()
