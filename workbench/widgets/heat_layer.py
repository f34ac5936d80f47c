"""A heat map as a layer over a picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from core.data.colour_maps import DIVERGING, lookup_table
from core.results import Bytes, Floats, Heatmap
from workbench.widgets.pixels import translucent

#: The map of heat over a grey photograph: dark where there is little, so that the photo shows.
HEAT = "magma"
#: Values at this share of the strongest one are as opaque as they get: faint ones stay readable.
FULL = 0.5
#: How bright the photograph under a heat map is.
BRIGHTNESS = 0.75


def heat_lookup(heat: Heatmap) -> Bytes:
    """The colours [256, 3] of a heat map."""
    return lookup_table(DIVERGING if heat.signed else HEAT)


def heat_ends(heat: Heatmap) -> tuple[float, float]:
    """The values of the first and the last colour; symmetric about zero where signed."""
    known = heat.values[np.isfinite(heat.values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if heat.signed:
        reach = max(abs(low), abs(high))
        return -reach, reach
    return min(0.0, low), max(0.0, high)


def heat_layer(heat: Heatmap, opacity: float) -> QImage:
    """The map in its colours, the more opaque the farther a value is from zero."""
    low, high = heat_ends(heat)
    values = np.nan_to_num(heat.values, nan=0.0, posinf=high, neginf=low)
    strength = np.minimum(_share(np.abs(values), max(abs(low), abs(high))) / FULL, 1) * opacity
    return translucent(heat_picture(heat), np.rint(strength * 255).astype(np.uint8))


def heat_picture(heat: Heatmap) -> Bytes:
    """The map in its colours [H, W, 3]."""
    low, high = heat_ends(heat)
    values = np.nan_to_num(heat.values, nan=0.0, posinf=high, neginf=low)
    levels = np.clip(np.rint(_share(values - low, high - low) * 255), 0, 255).astype(np.uint8)
    return heat_lookup(heat)[levels]


def greyed(picture: Bytes) -> Bytes:
    """A picture [H, W, 3] without its colours, and darker: what lies over it speaks."""
    weights = np.array([0.299, 0.587, 0.114], np.float32) * BRIGHTNESS
    grey = (picture @ weights).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _share(values: Floats, whole: float) -> Floats:
    return values / np.float32(whole) if whole > 0 else np.zeros_like(values)
