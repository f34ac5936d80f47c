"""Recordings that tests write."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.results import Floats


def write_wav(
    path: Path, samples: NDArray[np.integer[Any]], rate: int = 8000, channels: int = 1
) -> Path:
    """A WAV file of 16 bit, the channels side by side."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def tone(frequency: float, count: int = 800, rate: int = 8000) -> NDArray[np.int16]:
    """A sine of half the greatest loudness."""
    moments = np.arange(count) / rate
    return (16000 * np.sin(2 * np.pi * frequency * moments)).astype(np.int16)


def wave_of(samples: NDArray[np.int16]) -> Floats:
    """The samples as values of -1 to 1."""
    return (samples / 2**15).astype(np.float32)
