"""Which part of a plane a widget shows, and how large."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.results import Floats


@dataclass(frozen=True)
class PlaneView:
    """The point (x, y) in the middle of a widget of `width` x `height` px, at `scale` px a unit.

    x grows to the right, y upwards.
    """

    x: float
    y: float
    scale: float
    width: float
    height: float

    def on_screen(self, points: Floats) -> Floats:
        """Points [n, 2] of the plane in px of the widget."""
        middle = np.array([self.x, self.y], np.float32)
        turned = np.array([self.scale, -self.scale], np.float32)
        placed: Floats = (points - middle) * turned + np.array(
            [self.width / 2, self.height / 2], np.float32
        )
        return placed

    def zoomed(self, factor: float, at_x: float, at_y: float) -> PlaneView:
        """Larger by a factor; what lies at a point of the widget stays there."""
        across = (at_x - self.width / 2) / self.scale * (1 - 1 / factor)
        down = (at_y - self.height / 2) / self.scale * (1 - 1 / factor)
        return replace(self, x=self.x + across, y=self.y - down, scale=self.scale * factor)

    def moved(self, across: float, down: float) -> PlaneView:
        """Moved by px of the widget."""
        return replace(self, x=self.x - across / self.scale, y=self.y + down / self.scale)


def fitted(points: Floats, width: float, height: float, margin: float) -> PlaneView:
    """The view that shows all points [n, 2] of finite coordinates, `margin` px from the edges."""
    known = points[np.isfinite(points).all(1)]
    if not len(known):
        return PlaneView(0, 0, 1, width, height)
    low, high = known.min(0).astype(float), known.max(0).astype(float)
    middle, reach = (low + high) / 2, np.maximum(high - low, 1e-9)
    room = np.maximum([width - 2 * margin, height - 2 * margin], 8)
    return PlaneView(middle[0], middle[1], float((room / reach).min()), width, height)
