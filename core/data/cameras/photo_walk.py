"""A slow walk over the shipped photographs: a camera for where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.cameras import Frames, camera, drawn
from core.data.images import load_image
from core.data.video import blended, part
from core.options import option
from core.paths import resource
from core.results import Bytes

HEIGHT, WIDTH = 360, 480

#: x, y of a view's centre on a photograph, and its scale: photograph pixels per pixel.
Place = NDArray[np.float64]

#: Seconds that one photograph is in view, and that it shares with the next one at the end.
STAY, FADE = 8.0, 1.5

#: The share of a photograph in view at either end of its walk, least and most.
NEAR, FAR = 0.55, 0.95


class Leg(NamedTuple):
    """The walk over one photograph, straight from one place to another."""

    photograph: int
    begin: Place
    end: Place


@camera("photo_walk", "Walk over photographs", real=False)
@dataclass(frozen=True)
class PhotoWalk:
    """Pans and zooms over one photograph after another, fading from each to the next."""

    speed: float = option(
        1.0, 0.1, 5.0, label="Speed", unit="×", help="How fast the view moves and changes."
    )
    seed: int = option(
        0, 0, 9999, label="Walk", help="Another number takes another way over the photographs."
    )

    def frames(self) -> Frames:
        """The view as it moves, for ever."""
        return drawn(self.at)

    def at(self, seconds: float) -> Bytes:
        """The frame at a moment."""
        leg, time = divmod(seconds * self.speed, STAY - FADE)
        seen = self._seen(int(leg), time)
        if leg == 0 or time >= FADE:
            return seen
        return blended(self._seen(int(leg) - 1, time + STAY - FADE), seen, time / FADE)

    def _seen(self, number: int, time: float) -> Bytes:
        """What leg `number` shows at `time` after its beginning, 0 to STAY."""
        leg = _leg(self.seed, number)
        x, y, scale = leg.begin + (leg.end - leg.begin) * (time / STAY)
        return part(_photographs()[leg.photograph], (x, y), scale, (HEIGHT, WIDTH))


@lru_cache(maxsize=1)
def _photographs() -> tuple[Bytes, ...]:
    """All photographs, 7 MB, decoded once."""
    return tuple(load_image(path) for path in sorted(resource("photos").glob("*.jpg")))


@lru_cache(maxsize=4)
def _leg(seed: int, number: int) -> Leg:
    photographs = _photographs()
    order = np.random.default_rng(seed).permutation(len(photographs))
    photograph = int(order[number % len(order)])
    height, width = photographs[photograph].shape[:2]
    random = np.random.default_rng((seed, number))
    return Leg(photograph, _view(height, width, random), _view(height, width, random))


def _view(height: int, width: int, random: np.random.Generator) -> Place:
    """A centre x, y and a scale at random, such that all of the view lies on the photograph."""
    scale = random.uniform(NEAR, FAR) * min(height / HEIGHT, width / WIDTH)
    x = random.uniform(scale * WIDTH / 2, width - scale * WIDTH / 2)
    y = random.uniform(scale * HEIGHT / 2, height - scale * HEIGHT / 2)
    return np.array((x, y, scale))
