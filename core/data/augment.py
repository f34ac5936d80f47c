"""Pictures changed at random, many at a time, as a network that trains sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log, radians
from typing import NamedTuple

import numpy as np
import torch

from core.data.moves import Mover, Moves
from core.data.signals import PICTURES_ONLY, is_signal_size, silenced
from core.data.strip import Strip
from core.data.tones import Tones, toned
from core.data.warp import Views, sources, warped
from core.options import option, options_of
from core.results import Bytes, Floats, Ints

#: A crop is at most this much wider than high, or higher than wide (Szegedy et al. 2015).
WIDEST = 4 / 3


@dataclass(frozen=True)
class AugmentParams:
    """How a training picture is changed each time that it is shown; by default not at all.

    Signals, which are pictures of one row, are neither turned nor brightened, black is silence to
    them, and a crop is a stretch of time.
    Sources: Szegedy et al. 2015, arXiv:1409.4842, section 6 (crop); DeVries & Taylor 2017,
    arXiv:1708.04552 (cut-out).
    """

    shift: int = option(
        0,
        0,
        64,
        label="Shift, at most",
        unit="px",
        help="Each picture moves by up to this much in both directions.",
    )
    fill: str = option(
        "zero",
        label="Fill",
        choices={"zero": "Black", "edge": "The edge's pixels"},
        help="What comes in where a picture has moved away; black is silence where it is a signal.",
    )
    flip: bool = option(False, label="Mirror", help="Half of the pictures are mirrored, at random.")
    crop: float = option(
        0.0,
        0.0,
        0.9,
        label="Crop away, at most",
        help="A part of each picture is enlarged; up to this share of its area is lost.",
    )
    rotation: float = option(
        0.0,
        0.0,
        180.0,
        label="Rotation, at most",
        unit="°",
        help="Each picture is turned by up to this much to either side.",
        decimals=0,
    )
    brightness: float = option(
        0.0,
        0.0,
        1.0,
        label="Brightness, ±",
        help="How much darker or lighter a picture may become, as a share.",
    )
    contrast: float = option(
        0.0,
        0.0,
        1.0,
        label="Contrast, ±",
        help="How much flatter or harder a picture may become, about its mean, as a share.",
    )
    saturation: float = option(
        0.0,
        0.0,
        1.0,
        label="Saturation, ±",
        help="How much paler or more colourful a picture may become, as a share; grey ones do not.",
    )
    cutout: int = option(
        0,
        0,
        256,
        label="Cut-out",
        unit="px",
        help="A square of this side is hidden somewhere in each picture; 0 hides nothing.",
    )


UNCHANGED = AugmentParams()


class Holes(NamedTuple):
    """Where the squares begin that are hidden in n pictures, and their side in px."""

    top: Ints
    left: Ints
    side: int

    def part(self, begin: int, end: int) -> Holes:
        """The squares of the pictures from `begin` up to `end`."""
        return Holes(self.top[begin:end], self.left[begin:end], self.side)


class Draws(NamedTuple):
    """All that is drawn for n pictures; None where nothing of that kind is done."""

    moves: Moves
    views: Views | None = None
    tones: Tones | None = None
    holes: Holes | None = None


def drawn_moves(count: int, generator: torch.Generator, params: AugmentParams) -> Moves:
    """Moves for `count` pictures: every shift equally likely, mirrored with probability 1/2."""
    reach = (-params.shift, params.shift + 1)
    down = torch.randint(*reach, (count,), generator=generator)
    right = torch.randint(*reach, (count,), generator=generator)
    mirrored = torch.rand(count, generator=generator) < (0.5 if params.flip else 0.0)
    return Moves(down.numpy(), right.numpy(), mirrored.numpy())


def drawn(
    count: int, size: tuple[int, int], generator: torch.Generator, params: AugmentParams
) -> Draws:
    """All that is drawn for `count` pictures of `size` (H, W), beginning with `drawn_moves`."""
    if is_signal_size(size):
        params = replace(params, rotation=0.0, brightness=0.0, saturation=0.0)
    moves = drawn_moves(count, generator, params).within(*size)
    views = _views(count, size, generator, params) if params.crop or params.rotation else None
    colourful = params.brightness or params.contrast or params.saturation
    tones = _tones(count, generator, params) if colourful else None
    holes = _holes(count, size, generator, params.cutout) if params.cutout else None
    return Draws(moves, views, tones, holes)


class Changer:
    """Changes the pictures `order` [n] of a strip as was drawn for them, a part at a time."""

    def __init__(
        self, strip: Strip, order: Ints, draws: Draws, fill: str, mean: Sequence[float]
    ) -> None:
        self._draws, self._mean = draws, mean
        self._placed = _placing(strip, order, draws, fill)
        shape = strip.images.shape[1:]
        is_moved = draws.views is not None or bool(draws.moves.right.any())
        self._is_silenced = is_signal_size(shape) and fill == "zero" and is_moved
        if self._is_silenced:
            white = Strip(np.full((1, *shape), 255, np.uint8))
            self._own = _placing(white, np.zeros_like(order), draws, fill)

    def changed(self, begin: int, end: int) -> Bytes:
        """Those from number `begin` up to `end`, or up to the last: [N, H, W, C]."""
        draws, result = self._draws, self._placed(begin, end)
        if self._is_silenced:
            result = silenced(result, self._own(begin, end))
        if draws.tones is not None:
            result = toned(result, draws.tones.part(begin, end))
        if draws.holes is not None:
            _hide(result, draws.holes.part(begin, end), self._mean)
        return result


def _placing(strip: Strip, order: Ints, draws: Draws, fill: str) -> Callable[[int, int], Bytes]:
    """What gives the pictures `order` of `strip` moved, turned and cropped, from one to another."""
    moves, views = draws.moves, draws.views
    if views is None:
        return Mover(strip, order, moves, fill).moved

    def placed(begin: int, end: int) -> Bytes:
        images, part = strip.images, (begin, end)
        maps = sources(views.part(*part), moves.part(*part), images.shape[1:3])
        return warped(images[order[begin:end]], maps, fill)

    return placed


def augmented(
    images: Bytes,
    generator: torch.Generator,
    params: AugmentParams,
    mean: Sequence[float] = (0.5,),
) -> Bytes:
    """Pictures [n, H, W] or [n, H, W, C] as a network that trains may see them: a preview."""
    draws = drawn(len(images), images.shape[1:3], generator, params)
    changer = Changer(Strip(images), np.arange(len(images)), draws, params.fill, mean)
    return changer.changed(0, len(images)).reshape(images.shape)


def unsuited(params: AugmentParams, shape: tuple[int, ...]) -> str:
    """What of the changes that are set is nothing for pictures of this shape, in sentences."""
    is_signal, is_grey = is_signal_size(shape), len(shape) == 2 or shape[2] != 3
    idle = PICTURES_ONLY if is_signal else ("saturation",) if is_grey else ()
    kind = "signals" if is_signal else "grey pictures"
    rows = [row for row in options_of(params) if row.name in idle and getattr(params, row.name)]
    told = [f"{row.label.partition(',')[0]} does nothing to {kind}." for row in rows]
    if is_signal and params.flip:
        told.append("Mirrored signals run backwards.")
    return " ".join(told)


def _views(
    count: int, size: tuple[int, int], generator: torch.Generator, params: AugmentParams
) -> Views:
    """Every angle and area equally likely, and every place of the crop within the picture."""
    angle = radians(params.rotation) * _both_ways(count, generator)
    area = 1 - params.crop * torch.rand(count, generator=generator).numpy()
    # A crop is no higher or wider than the picture, so that a large one is nearly its shape.
    slack = np.minimum(log(WIDEST), -np.log(area))
    aspect = np.exp(slack * _both_ways(count, generator))
    height, width = np.sqrt(area / aspect), np.sqrt(area * aspect)
    if is_signal_size(size):
        height, width = np.ones_like(area), area
    down = (1 - height) / 2 * _both_ways(count, generator)
    right = (1 - width) / 2 * _both_ways(count, generator)
    return Views(*(values.astype(np.float32) for values in (angle, height, width, down, right)))


def _tones(count: int, generator: torch.Generator, params: AugmentParams) -> Tones:
    reaches = (params.brightness, params.contrast, params.saturation)
    return Tones(*(1 + reach * _both_ways(count, generator) for reach in reaches))


def _holes(count: int, size: tuple[int, int], generator: torch.Generator, side: int) -> Holes:
    """Squares about any pixel: at the border a part of them lies outside."""
    top, left = (
        torch.randint(length, (count,), generator=generator).numpy() - side // 2 for length in size
    )
    return Holes(top, left, side)


def _both_ways(count: int, generator: torch.Generator) -> Floats:
    """Numbers of -1 to 1, all equally likely."""
    return (2 * torch.rand(count, generator=generator) - 1).numpy()


def _hide(images: Bytes, holes: Holes, mean: Sequence[float]) -> None:
    """Draw the squares in pictures [n, H, W, C], in place."""
    rows, columns = (
        (np.arange(length) >= begin[:, None]) & (np.arange(length) < begin[:, None] + holes.side)
        for length, begin in ((images.shape[1], holes.top), (images.shape[2], holes.left))
    )
    hidden = rows[:, :, None] & columns[:, None, :]
    images[hidden] = np.round(np.array(mean) * 255).astype(np.uint8)
