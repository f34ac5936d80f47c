from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from core.data.wav import SILENCE, Recording, fitted, read_wav, resampled, wave_levels
from core.errors import UserError
from tests.core.data.recordings import tone, wave_of, write_wav


def stored(path: Path, width: int, data: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, width, 8000, 0, "NONE", ""))
        file.writeframes(data)
    return path


@pytest.mark.parametrize(
    ("width", "data"),
    [
        (1, bytes([128, 192, 0])),
        (2, np.array([0, 2**14, -(2**15)], "<i2").tobytes()),
        (3, b"\0\0\0\0\0\x40\0\0\x80"),
        (4, np.array([0, 2**30, -(2**31)], "<i4").tobytes()),
    ],
)
def test_samples_of_every_width_are_between_minus_one_and_one(
    tmp_path: Path, width: int, data: bytes
) -> None:
    recording = read_wav(stored(tmp_path / "a.wav", width, data))
    assert recording.wave.tolist() == [0, 0.5, -1]
    assert recording.rate == 8000


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.array([8192, 16384, -16384, 16384]), channels=2)
    assert read_wav(path).wave.tolist() == [0.375, 0]


def test_what_is_no_recording_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_wav(tmp_path / "lost.wav")
    for content in (b"", b"RIFF", b"no recording at all, but long enough to be one"):
        (tmp_path / "bad.wav").write_bytes(content)
        with pytest.raises(UserError, match=r"bad.wav could not be read as a recording"):
            read_wav(tmp_path / "bad.wav")


def test_a_recording_that_ends_too_soon_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.arange(100))
    path.write_bytes(path.read_bytes()[:-51])
    assert len(read_wav(path).wave) == 74


@pytest.mark.parametrize("rate", [4000, 12000, 44100])
def test_a_tone_at_another_rate_is_the_same_tone(rate: int) -> None:
    recording = Recording(wave_of(tone(500)), 8000)
    expected = tone(500, rate // 10, rate) / 2**15
    difference = resampled(recording, rate)[20:-20] - expected[20 : rate // 10 - 20]
    assert np.abs(difference).max() < 0.02


def test_a_short_wave_gains_silence_on_both_sides() -> None:
    assert fitted(np.ones(3, np.float32), 6).tolist() == [0, 1, 1, 1, 0, 0]


def test_a_long_wave_loses_its_quiet_ends() -> None:
    values = np.array([0, 0, 0.1, 1, -1, 0.2, 0], np.float32)
    assert fitted(values, 3).tolist() == np.array([1, -1, 0.2], np.float32).tolist()
    assert fitted(values, 7) is not None
    assert len(fitted(values, 7)) == 7


def test_a_wave_is_as_loud_as_eight_bits_allow() -> None:
    assert wave_levels(np.array([0, 0.25, -0.5], np.float32)).tolist() == [128, 192, 1]
    assert (wave_levels(np.zeros(4, np.float32)) == SILENCE).all()
