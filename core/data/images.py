"""Pictures as arrays: load, save, scale to grey levels, tile."""

from __future__ import annotations

from io import BytesIO
from math import ceil
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from core.errors import UserError
from core.results import Bytes, Floats, Tiles

#: Suffixes by which a file is taken for a still picture rather than a video.
PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})

#: Larger pictures are refused before they take the memory; 200 megapixels are 600 MB as RGB.
MOST_PIXELS = 200_000_000
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit warns at 89 megapixels, without a way out

#: Maps with a smaller difference between their values count as constant.
SMALLEST_SPAN = 1e-30

#: How far apart tiles lie, in px: as the window shows large ones, which it then takes as they are.
TILE_GAP = 2

#: The formats that are read; Pillow knows others that start a program to be read.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")

#: How the modes of one channel of more than 8 bits begin, and what white is in 16 bits.
_DEEP, _WHITE_OF_16_BITS = ("I", "F"), 65535.0

#: What Pillow raises for a file that is no picture, or part of one.
_UNREADABLE = (OSError, SyntaxError, ValueError)


def load_image(path: Path) -> Bytes:
    """The picture [H, W, 3] uint8 of a file, turned as its EXIF orientation says.

    Raises UserError if there is no such file, or it is no picture, or only part of one.
    """
    try:
        return _read(path, path.name)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None


def decoded(data: bytes, name: str) -> Bytes:
    """The picture [H, W, 3] uint8 that a camera or an archive gave as the bytes of a file.

    Raises UserError, which calls it `name`, if it is none, or only part of one.
    """
    return _read(BytesIO(data), name)


def squared(picture: Bytes, side: int) -> Bytes:
    """The central square of a picture [H, W, 3], scaled to `side` x `side` px."""
    height, width = picture.shape[:2]
    shorter = min(height, width)
    top, left = (height - shorter) // 2, (width - shorter) // 2
    middle = Image.fromarray(picture[top : top + shorter, left : left + shorter])
    return np.array(middle.resize((side, side), Image.Resampling.BILINEAR))


def is_picture(path: Path) -> bool:
    """Whether a file is a still picture, by its suffix or else by its content."""
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return True
    try:
        with Image.open(path, formats=_FORMATS):
            return True
    except _UNREADABLE:
        return False


def _read(file: Path | BytesIO, name: str) -> Bytes:
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            _require_room(picture.width, picture.height, name)
            upright = ImageOps.exif_transpose(picture)
            if upright.mode == "P" and "transparency" in upright.info:
                upright = upright.convert("RGBA")  # else Pillow warns of what is left out
            if upright.mode.startswith(_DEEP):
                return _levels_of_deep(upright)
            return np.array(upright.convert("RGB"))
    except (FileNotFoundError, UserError):
        raise
    except _UNREADABLE as error:
        raise UserError(
            f"{name} could not be read as a picture ({_short(error)}); "
            "choose a PNG, JPEG, WebP, BMP, GIF or TIFF file."
        ) from error


def _levels_of_deep(picture: Image.Image) -> Bytes:
    """The picture [H, W, 3] of grey values of more than 8 bits, which Pillow would cut off at 255.

    16 bits end at white; wider numbers have no such end, so theirs are the least and the greatest.
    """
    values = np.asarray(picture).astype(np.float64)
    low, high = 0.0, _WHITE_OF_16_BITS
    if not picture.mode.startswith("I;16"):
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    shares = np.nan_to_num((values - low) / max(high - low, SMALLEST_SPAN)).clip(0, 1)
    levels: Bytes = np.repeat((shares * 255).round().astype(np.uint8)[..., None], 3, 2)
    return levels


def _require_room(width: int, height: int, name: str) -> None:
    if width * height > MOST_PIXELS:
        raise UserError(
            f"{name} has {width} x {height} pixels, more than "
            f"{MOST_PIXELS // 10**6} million; scale it down first."
        )


def write_png(file: IO[bytes], picture: Bytes, **texts: str) -> None:
    """Write a picture [H, W, 3] as PNG, with text chunks of these names."""
    info = PngInfo()
    for name, text in texts.items():
        info.add_itxt(name, text)
    Image.fromarray(picture).save(file, "PNG", pnginfo=info)


def grey_levels(
    maps: Floats,
    *,
    shared: bool = False,
    signed: bool = False,
    ends: tuple[float, float] | None = None,
) -> tuple[Bytes, Floats]:
    """Maps [N, h, w] as grey levels 0..255, and the values [N, 2] of the levels 0 and 255.

    `shared`: one scale for all maps; `ends`: the one between these two, which none is beyond.
    `signed`: the scale is symmetric, zero at 128.  A map that is constant is drawn at level 0 (128
    where signed).  The scale is that of the finite values: infinity is drawn at its ends, and what
    is no number at level 0.
    """
    low, high, is_finite = _extent(maps, signed)
    if ends is not None:
        low, high = np.full_like(low, ends[0]), np.full_like(high, ends[1])
    elif shared and len(maps):
        low, high = np.full_like(low, low.min()), np.full_like(high, high.max())
    with np.errstate(over="ignore", invalid="ignore"):
        span = high - low
        scale = np.divide(255.0, span, out=np.zeros_like(span), where=span > SMALLEST_SPAN)
        levels = maps - low[:, None, None]
        levels *= scale[:, None, None]
        levels += 0.5
    if signed:
        levels[scale == 0] = 128.0
    if not (is_finite and np.isfinite(span).all()):
        levels[np.isnan(levels) | np.isnan(maps) | (maps == -np.inf)] = 0.0
        levels[maps == np.inf] = 255.0
    return levels.astype(np.uint8), np.stack([low, high], 1)


def tile(levels: Bytes, columns: int, gap: int = 1, background: int = 0) -> Bytes:
    """Pictures [N, h, w] (or [N, h, w, 3]) side by side in `columns`, `gap` pixels apart."""
    count, height, width, *colour = levels.shape
    rows, whole = max(1, ceil(count / columns)), count // columns
    down, across = height + gap, width + gap
    picture = np.full((rows * down, columns * across, *colour), background, np.uint8)
    grid = picture.reshape(rows, down, columns, across, *colour).swapaxes(1, 2)
    cells = grid[:, :, :height, :width]
    cells[:whole] = levels[: whole * columns].reshape(whole, *cells.shape[1:])
    cells[whole:rows, : count - whole * columns] = levels[whole * columns :]
    return np.ascontiguousarray(picture[: rows * down - gap, : columns * across - gap])


def tiles(
    maps: Floats,
    columns: int,
    *,
    shared: bool = False,
    signed: bool = False,
    gap: int = TILE_GAP,
    ends: tuple[float, float] | None = None,
) -> Tiles:
    """Maps [N, h, w] as one picture of grey levels, ready for a colour map; [N, h, w, 3] as RGB.

    Their scale is that of `grey_levels`.
    """
    if maps.ndim == 4:
        colours = (np.clip(maps, 0, 1) * 255).round().astype(np.uint8)
        extent = np.tile(np.array([0, 1], np.float32), (len(maps), 1))
        return Tiles(tile(colours, columns, gap), extent, columns, gap)
    levels, found = grey_levels(maps, shared=shared, signed=signed, ends=ends)
    return Tiles(tile(levels, columns, gap, 128 if signed else 0), found, columns, gap)


def best_columns(count: int, aspect: float, tile_aspect: float = 1.0) -> int:
    """The number of columns that makes `count` tiles largest in an area of `aspect` (w / h)."""
    best, side = 1, 0.0
    for columns in range(1, max(1, count) + 1):
        rows = ceil(count / columns)
        fits = min(aspect / (columns * tile_aspect), 1.0 / rows)
        if fits > side * (1 + 1e-9):
            best, side = columns, fits
    return best


def _extent(maps: Floats, signed: bool) -> tuple[Floats, Floats, bool]:
    """The least and greatest finite value [N] of each map, and whether all values are finite."""
    flat = maps.reshape(len(maps), -1) if maps.size else np.zeros((len(maps), 1), np.float32)
    low, high = flat.min(1), flat.max(1)
    is_finite = bool(np.isfinite(low).all() and np.isfinite(high).all())
    if not is_finite:
        finite = np.where(np.isfinite(flat), flat, np.nan)
        known = np.isfinite(finite).any(1)
        low, high = np.zeros_like(low), np.zeros_like(high)
        low[known], high[known] = np.nanmin(finite[known], 1), np.nanmax(finite[known], 1)
    if signed:
        reach = np.maximum(np.abs(low), np.abs(high))
        low, high = -reach, reach
    return low, high, is_finite


def _short(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "unknown format"
    return str(error).split("\n")[0].split(": ")[-1][:80] or type(error).__name__
