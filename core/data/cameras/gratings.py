"""Drifting sinusoids: what cells of the visual cortex are tested with."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np

from core.data.cameras import Frames, camera, drawn
from core.options import option
from core.results import Bytes

HEIGHT, WIDTH = 360, 480


@camera("gratings", "Gratings", real=False)
@dataclass(frozen=True)
class Gratings:
    """A grey grating that drifts across its stripes."""

    orientation_deg: float = option(
        0.0,
        0.0,
        360.0,
        label="Direction",
        unit="°",
        help="Where the waves run to, counter-clockwise from right: 0 is vertical stripes.",
        decimals=0,
    )
    wavelength: float = option(
        32.0,
        2.0,
        480.0,
        label="Wavelength",
        unit="px",
        help="The width of a light and a dark stripe.",
    )
    speed: float = option(
        1.0, 0.0, 15.0, label="Speed", unit="cycles/s", help="How many stripes pass in a second."
    )
    contrast: float = option(
        1.0, 0.0, 1.0, label="Contrast", help="1 goes from black to white, 0 is plain grey."
    )

    def frames(self) -> Frames:
        """The grating as it moves, for ever."""
        return drawn(self.at)

    def at(self, seconds: float) -> Bytes:
        """The frame at a moment; at 0 the wave's crest goes through the centre."""
        angle, cycle = radians(self.orientation_deg), 2 * pi / self.wavelength
        right = np.arange(WIDTH, dtype=np.float32) - (WIDTH - 1) / 2
        up = (HEIGHT - 1) / 2 - np.arange(HEIGHT, dtype=np.float32)
        across = cycle * cos(angle) * right
        along = cycle * sin(angle) * up - 2 * pi * ((self.speed * seconds) % 1)
        # cos(a + b) = cos a cos b - sin a sin b, about mid-grey: a product of rows and columns
        reach, middle = 127.5 * self.contrast, np.full(WIDTH, 128, np.float32)
        rows = np.stack([reach * np.cos(along), -reach * np.sin(along), np.ones_like(along)], 1)
        grey = (rows @ np.stack([np.cos(across), np.sin(across), middle])).astype(np.uint8)
        return np.stack([grey] * 3, 2)
