"""Arrays as pictures that Qt draws."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from core.results import Bytes, Floats

#: Pixels [H, W] of 32 bits, alpha in the highest byte.
Packed = NDArray[np.uint32]

#: The level of the line that a signal is drawn with.
LINE = 230

OPAQUE = np.uint32(0xFF000000)
TRANSLUCENT = QImage.Format.Format_ARGB32_Premultiplied


def indexed(levels: Bytes, lookup: Bytes) -> QImage:
    """Grey levels [H, W] as a picture in the colours [256, 3] of a lookup table."""
    height, width = levels.shape
    dense = np.ascontiguousarray(levels)
    image = QImage(dense.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_colour_table(lookup.tobytes()))
    # what Qt draws fastest, and it owns its pixels: the array may go
    return image.convertToFormat(QImage.Format.Format_RGB32)


def coloured(pixels: Bytes) -> QImage:
    """Colours [H, W, 3] as a picture."""
    height, width, _ = pixels.shape
    dense = np.ascontiguousarray(pixels)
    image = QImage(dense.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def thumbnail(pixels: Bytes, side: int) -> QImage:
    """Colours [H, W, 3] as a picture of `side` px that is sharp on the finest screens.

    It is twice as large; its edges are hard if it is small.  A signal, which is one row, is drawn
    as its course.
    """
    if len(pixels) == 1:
        line = course(pixels[0, :, 0], side, 2 * side)
        return coloured(np.repeat(line[..., None], 3, 2))
    # a few pixels of a huge one are enough: to average all of them takes time
    step = max(1, max(pixels.shape[:2]) // (4 * side))
    image = coloured(pixels[::step, ::step])
    mode = Qt.TransformationMode
    small = max(image.width(), image.height()) < side
    way = mode.FastTransformation if small else mode.SmoothTransformation
    return image.scaled(QSize(2 * side, 2 * side), Qt.AspectRatioMode.KeepAspectRatio, way)


def course(levels: Bytes, height: int, width: int) -> Bytes:
    """Levels [T] as a bright line on black [height, width], the highest level at the top.

    Where many share a column, it reaches from the lowest to the highest of them.
    """
    begins = np.arange(width) * len(levels) // width
    low, high = np.minimum.reduceat(levels, begins), np.maximum.reduceat(levels, begins)
    # down or up to where the column before it ends, so that the line is unbroken
    low[1:], high[1:] = np.minimum(low[1:], high[:-1]), np.maximum(high[1:], low[:-1])
    top, bottom = ((255 - ends.astype(np.intp)) * (height - 1) // 255 for ends in (high, low))
    rows = np.arange(height)[:, None]
    return np.where((rows >= top) & (rows <= bottom), np.uint8(LINE), np.uint8(0))


def translucent(colours: Bytes, alpha: Bytes) -> QImage:
    """Colours [H, W, 3] that cover what is behind them by `alpha` [H, W]."""
    premultiplied = colours.astype(np.uint16) * alpha[..., None] // 255
    return unpacked(pack(premultiplied.astype(np.uint8), alpha))


def unpacked(packed: Packed) -> QImage:
    """Packed pixels, colours premultiplied by their alpha, as a picture."""
    height, width = packed.shape
    dense = np.ascontiguousarray(packed)
    return QImage(dense.data, width, height, 4 * width, TRANSLUCENT).copy()


def pack(colours: Bytes, alpha: Bytes | None = None) -> Packed:
    """Colours [..., 3], and their alpha if they are not opaque, as packed pixels [...]."""
    red, green, blue = (colours[..., part].astype(np.uint32) for part in range(3))
    above = OPAQUE if alpha is None else alpha.astype(np.uint32) << np.uint32(24)
    return above | red << np.uint32(16) | green << np.uint32(8) | blue


def array_of(image: QImage) -> Bytes:
    """The colours [H, W, 3] of a picture."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def averaged(maps: Floats | Bytes, height: int, width: int) -> Floats:
    """Maps [N, h, w], or [N, h, w, 3], shrunk to `height` x `width`.

    Each pixel is the mean of the area that it covers.
    """
    if maps.ndim == 4:
        parts = [averaged(maps[..., part], height, width) for part in range(maps.shape[3])]
        return np.stack(parts, -1)
    rows, columns = _shares(maps.shape[1], height), _shares(maps.shape[2], width)
    shrunk: Floats = rows @ (maps.astype(np.float32) @ columns.T)
    return shrunk


@lru_cache(maxsize=16)
def _colour_table(lookup: bytes) -> list[int]:
    colours = pack(np.frombuffer(lookup, np.uint8).reshape(-1, 3))
    return [int(colour) for colour in colours]


def _shares(source: int, target: int) -> Floats:
    """How much [target, source] each source pixel adds to each pixel of a shorter line."""
    edges = np.linspace(0, source, target + 1)
    pixels = np.arange(source)
    ends = np.minimum(edges[1:, None], pixels + 1)
    covered = np.clip(ends - np.maximum(edges[:-1, None], pixels), 0, None)
    shares: Floats = (covered * (target / source)).astype(np.float32)
    return shares
