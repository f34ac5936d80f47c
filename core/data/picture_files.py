"""Labelled pictures that are files of a person: read together, whatever is wrong with a few."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Samples
from core.data.images import load_image, squared
from core.data.reading import report
from core.data.splits import held_out, held_out_share_option, single, split_seed_option, stated
from core.data.tones import LUMINANCE
from core.errors import UserError
from core.options import option
from core.results import Bytes, Ints

#: How many names are listed before the rest is only counted.
_NAMED = 3


class Listing(NamedTuple):
    """Pictures that are not read yet: `paths` with their `labels` [n], which number `classes`."""

    paths: tuple[Path, ...]
    labels: Ints
    classes: tuple[str, ...]

    def part(self, chosen: NDArray[np.bool_]) -> Listing:
        """Some of them."""
        places = np.flatnonzero(chosen)
        return Listing(tuple(self.paths[i] for i in places), self.labels[places], self.classes)


@dataclass(frozen=True)
class PictureFileParams:
    """Where pictures are, and how they become samples."""

    path: str = option("", label="Path", help="The folder or file to read.")
    size: int = option(
        0, 0, 1024, label="Size", unit="px",
        help="The shorter side is scaled to this, and the middle kept; 0 keeps them as they are.",
    )  # fmt: skip
    grey: bool = option(False, label="Grey", help="Only the luminance of the pictures is kept.")
    test_share: float = held_out_share_option()
    seed: int = split_seed_option()


def divided(listing: Listing, split: str, params: PictureFileParams) -> tuple[Listing, str, str]:
    """The part for a split, how it was divided, and a remark on classes that cannot be."""
    chosen = held_out(listing.labels.tolist(), params.test_share, params.seed)
    alone = single(listing.labels, listing.classes)
    remark = f"Classes of one picture, which is learned and none tested: {listed(alone)}."
    part = listing.part(chosen if split == "test" else ~chosen)
    return part, stated(chosen, params.seed), remark if alone else ""


def read_samples(
    split: str,
    listing: Listing,
    params: PictureFileParams,
    division: str,
    remarks: Sequence[str],
) -> Samples:
    """The pictures of a listing, but for those that cannot be read, which a remark names.

    `remarks` are those so far; empty ones are dropped.  Raises UserError if no picture is left.
    """
    name = Path(params.path).resolve().name
    read = _read(listing.paths, params)
    kept = [number for number, picture in enumerate(read) if picture is not None]
    pictures = [picture for picture in read if picture is not None]
    if not pictures:
        raise UserError(f"{name} has no picture for {split}ing; add some.")
    broken = [
        path.name for path, picture in zip(listing.paths, read, strict=True) if picture is None
    ]
    is_mixed = len({picture.shape for picture in pictures}) > 1
    said = (*remarks, _broken(broken, len(read)), _mixed(pictures) if is_mixed else "")
    return Samples(
        name,
        split,
        tuple(pictures) if is_mixed else np.stack(pictures),
        listing.labels[kept],
        listing.classes,
        f"{division} {_brought(params.size)}".strip(),
        tuple(filter(None, said)),
    )


def listed(names: Sequence[str]) -> str:
    """How many there are, and the first few: "1 (a)", "12 (a, b, c, …)"."""
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return f"{len(names):,} ({shown})"


def _read(paths: Sequence[Path], params: PictureFileParams) -> list[Bytes | None]:
    """The pictures, and None for those that cannot be read; decoding leaves Python's lock free."""
    pictures = []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for picture in pool.map(partial(_picture, params=params), paths):
            pictures.append(picture)
            report(len(pictures), len(paths), "Reading pictures")
    return pictures


def _picture(path: Path, params: PictureFileParams) -> Bytes | None:
    try:
        picture = load_image(path)
    except UserError:
        return None
    if params.size:
        picture = squared(picture, params.size)
    return (picture @ LUMINANCE + 0.5).astype(np.uint8) if params.grey else picture


def _broken(names: Sequence[str], count: int) -> str:
    if not names:
        return ""
    return f"Files that are no pictures or damaged, and left out: {listed(names)} of {count:,}."


def _brought(size: int) -> str:
    if not size:
        return ""
    return f"All are brought to {size} x {size} px: the shorter side scaled, and the middle kept."


def _mixed(pictures: Sequence[Bytes]) -> str:
    sizes = sorted({picture.shape[:2] for picture in pictures})
    (low, wide), (high, broad) = sizes[0], sizes[-1]
    return (
        f"The pictures have {len(sizes)} different sizes, {low} x {wide} to {high} x {broad} px; "
        "to learn from them, bring them to one with the option size."
    )
