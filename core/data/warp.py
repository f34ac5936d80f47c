"""Pictures turned, cropped and enlarged: each output pixel is looked up where it came from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.moves import Moves
from core.results import Bytes, Floats

#: Pixels that are looked up at once: some ten numbers for each fit the cache of one core.
_PART = 2**15


class Views(NamedTuple):
    """Which part of each of n pictures is seen, as float32 [n].

    Turned by `angle` counter-clockwise (radians), then a part of `height` and `width` (shares of
    the picture's), whose centre lies `down` and `right` of the picture's (shares as well).
    """

    angle: Floats
    height: Floats
    width: Floats
    down: Floats
    right: Floats

    def part(self, begin: int, end: int) -> Views:
        """The views of the pictures from `begin` up to `end`."""
        return Views(*(values[begin:end] for values in self))


def sources(views: Views, moves: Moves, size: tuple[int, int]) -> Floats:
    """Where the pixels of n pictures of `size` (H, W) come from, as maps [n, 2, 3].

    A map times (x, y, 1) is the place (x, y) in the picture as it was, both in px from the
    centre, x to the right and y down.  The picture is turned, cropped and scaled to its own size
    again, then moved and mirrored.
    """
    height, width = size
    facing = np.where(moves.mirrored, -1.0, 1.0)
    # Backwards through the four steps: unmirror and move back, into the crop, turn back.
    across = np.stack([facing * views.width, -moves.right * views.width + views.right * width], 1)
    along = np.stack([views.height, -moves.down * views.height + views.down * height], 1)
    cos, sin = np.cos(views.angle), np.sin(views.angle)
    maps = np.empty((len(facing), 2, 3), np.float32)
    maps[:, 0, 0], maps[:, 0, 1] = cos * across[:, 0], -sin * along[:, 0]
    maps[:, 1, 0], maps[:, 1, 1] = sin * across[:, 0], cos * along[:, 0]
    maps[:, 0, 2] = cos * across[:, 1] - sin * along[:, 1]
    maps[:, 1, 2] = sin * across[:, 1] + cos * along[:, 1]
    return maps


def warped(images: Bytes, maps: Floats, fill: str = "zero") -> Bytes:
    """Pictures [n, H, W, C] looked up through maps [n, 2, 3], bilinearly, within two levels.

    `fill` is what lies outside of a picture: "zero", or the "edge" pixels.
    """
    count, height, width, _ = images.shape
    step = max(1, _PART // (height * width))
    result = np.empty_like(images)
    for begin in range(0, count, step):
        part = slice(begin, begin + step)
        result[part] = _looked_up(images[part], maps[part], fill)
    return result


def _looked_up(images: Bytes, maps: Floats, fill: str) -> Bytes:
    count, height, width, channels = images.shape
    margin = 0 if fill == "edge" else 1
    x = _places(maps[:, 0], (height, width), width, margin)
    y = _places(maps[:, 1], (height, width), height, margin)
    canvas = np.arange(count, dtype=np.int32) * np.int32((height + 2) * (width + 2))
    index = canvas[:, None, None] + (y >> 8) * np.int32(width + 2) + (x >> 8)
    right, down = ((place & 255).astype(np.uint32) for place in (x, y))
    result = np.empty_like(images)
    for channel in range(channels):
        corners = _corners(images[..., channel]).take(index)
        result[..., channel] = _blended(corners, right, down)
    return result


def _places(parts: Floats, size: tuple[int, int], side: int, margin: int) -> NDArray[np.int32]:
    """One coordinate [n, H, W] of the sources, in 1/256 px from the corner of a margin of 1 px.

    It goes beyond the picture's `side` by `margin` px at most.
    """
    height, width = size
    x = np.arange(width, dtype=np.float32) - (width - 1) / 2
    y = np.arange(height, dtype=np.float32) - (height - 1) / 2
    rows = parts[:, 1, None] * y + (parts[:, 2, None] + np.float32((side - 1) / 2))
    places = rows[:, :, None] + (parts[:, 0, None] * x)[:, None, :]
    np.clip(places, -margin, side - 1 + margin, out=places)
    places += np.float32(1)
    places *= np.float32(256)
    places += np.float32(0.5)  # to the nearest step, as the cast cuts off
    whole: NDArray[np.int32] = places.astype(np.int32)
    return whole


def _corners(plane: Bytes) -> NDArray[np.uint32]:
    """Each pixel of a plane [n, H, W] with its neighbours, four bytes in one number.

    [n, H + 2, W + 2], with a black margin of 1 px.  From the lowest byte up: the pixel, the one
    to its right, the one below, and the one below to the right.
    """
    count, height, width = plane.shape
    canvas = np.zeros((count, height + 3, width + 3), np.uint16)
    canvas[:, 1:-2, 1:-2] = plane
    pairs = (canvas[:, :, :-1] | canvas[:, :, 1:] << 8).astype(np.uint32)
    corners: NDArray[np.uint32] = pairs[:, :-1] | pairs[:, 1:] << 16
    return corners


def _blended(
    corners: NDArray[np.uint32], right: NDArray[np.uint32], down: NDArray[np.uint32]
) -> Bytes:
    """Bytes between four corners, `right` and `down` by 0 … 255 of 256 steps.

    The upper two and the lower two are mixed at once, in the two halves of each number.
    """
    mixed = (corners & 0x00FF00FF) * (256 - right)
    mixed += (corners >> 8 & 0x00FF00FF) * right
    levels = (mixed & 0xFFFF) * (256 - down)
    levels += (mixed >> 16) * down
    levels += 1 << 15
    levels >>= 16
    return levels.astype(np.uint8)
