"""Recordings as numbers: WAV files read, brought to one rate and one length."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.errors import UserError
from core.results import Bytes, Floats

#: The value of a silent sample of 8 bit.
SILENCE = 128

#: How samples of so many bytes are stored: those of one byte without a sign, about 128.
_TYPES = {1: "u1", 2: "<i2", 4: "<i4"}


class Recording(NamedTuple):
    """Samples [T] of -1 to 1, and how many there are in a second."""

    wave: Floats
    rate: int


def read_wav(path: Path) -> Recording:
    """The recording of a WAV file of 8, 16, 24 or 32 bit; several channels are mixed into one.

    Raises UserError if there is no such file, or it is none, or is compressed.
    """
    try:
        with wave.open(str(path)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    except (OSError, EOFError, wave.Error) as error:
        raise UserError(
            f"{path.name} could not be read as a recording ({str(error) or 'it ends too soon'}); "
            "choose an uncompressed WAV file."
        ) from error
    values = _decoded(data[: len(data) // (width * channels) * width * channels], width)
    return Recording(values.reshape(-1, channels).mean(1, dtype=np.float32), rate)


def _decoded(data: bytes, width: int) -> Floats:
    """Samples of so many bytes as values of -1 to 1."""
    if width == 3:  # as the upper three bytes of four
        data = np.pad(np.frombuffer(data, np.uint8).reshape(-1, 3), ((0, 0), (1, 0))).tobytes()
        width = 4
    values = np.frombuffer(data, _TYPES[width]).astype(np.float64)
    if width == 1:
        values -= SILENCE
    scaled: Floats = (values / 2 ** (8 * width - 1)).astype(np.float32)
    return scaled


def resampled(recording: Recording, rate: int) -> Floats:
    """The recording at another rate, by its spectrum: what lies above half of that is lost."""
    if rate == recording.rate or not len(recording.wave):
        return recording.wave
    length = max(1, round(len(recording.wave) * rate / recording.rate))
    spectrum = np.fft.rfft(recording.wave)
    kept = np.zeros(length // 2 + 1, np.complex128)
    shared = min(len(spectrum), len(kept))
    kept[:shared] = spectrum[:shared]
    values = np.fft.irfft(kept, length) * (length / len(recording.wave))
    return values.astype(np.float32)


def fitted(values: Floats, length: int) -> Floats:
    """A wave of `length` samples: its part of most energy, or all with silence on both sides."""
    missing = length - len(values)
    if missing >= 0:
        return np.pad(values, (missing // 2, missing - missing // 2))
    energy = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
    begin = int(np.argmax(energy[length:] - energy[:-length]))
    return values[begin : begin + length]


def wave_levels(values: Floats) -> Bytes:
    """A wave as bytes: its greatest excursion is 127 steps from the 128 of silence."""
    peak = float(np.abs(values).max(initial=0))
    scaled = values / peak if peak else values
    return (np.round(scaled * 127) + SILENCE).astype(np.uint8)
