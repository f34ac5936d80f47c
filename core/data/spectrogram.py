"""Which frequencies sound when: the log mel spectrogram of a wave."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.results import Bytes, Floats

#: What is quieter than the loudest by more than this is drawn black, in decibels.
RANGE_DB = 80.0


def magnitudes(wave: Floats, window: int, hop: int) -> Floats:
    """Short-time Fourier transform of a wave [T]: |X| [window // 2 + 1, ceil(T / hop)].

    Frame i is centred on sample i * hop, with silence beyond the ends, under a Hann window
    (periodic: 0.5 - 0.5 cos(2 pi n / window)).
    """
    frames = -(-len(wave) // hop)
    padded = np.pad(wave, (window // 2, window))
    pieces = sliding_window_view(padded, window)[: frames * hop : hop]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    return np.abs(np.fft.rfft(pieces * hann)).T.astype(np.float32)


@lru_cache(maxsize=4)
def mel_filters(bands: int, window: int, rate: int) -> Floats:
    """Triangles [bands, window // 2 + 1] of height 1, evenly spaced in mel from 0 to rate / 2.

    Source: Davis & Mermelstein 1980, doi:10.1109/TASSP.1980.1163420; mel as in O'Shaughnessy
    1987: 2595 log10(1 + f / 700).
    """
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)
    frequencies = np.arange(window // 2 + 1) * rate / window
    rising = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


def spectrogram_levels(wave: Floats, rate: int, *, bands: int, window: int, hop: int) -> Bytes:
    """A wave as a picture [bands, ceil(T / hop)]: time to the right, high frequencies at the top.

    A level is the logarithm of a band's power, from 80 dB below the loudest (0) to that (255).
    """
    power = mel_filters(bands, window, rate) @ magnitudes(wave, window, hop) ** 2
    loudest = float(power.max(initial=0))
    if loudest == 0:
        return np.zeros(power.shape, np.uint8)
    decibels = 10 * np.log10(np.maximum(power / loudest, 10 ** (-RANGE_DB / 10)))
    levels: Bytes = np.round(255 * (1 + decibels[::-1] / RANGE_DB)).astype(np.uint8)
    return levels
