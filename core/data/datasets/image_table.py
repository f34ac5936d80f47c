"""A person's own pictures: a CSV file with a path and a label in each row."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.images import PICTURE_SUFFIXES
from core.data.picture_files import Listing, PictureFileParams, divided, listed, read_samples
from core.errors import UserError


def _opens(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() == ".csv"


@dataset(
    "Table of pictures", source="a CSV of paths and labels", params=PictureFileParams, opens=_opens
)
def image_table(split: str, params: PictureFileParams) -> Samples:
    """Colour pictures, divided by seed; a path is relative to the CSV file.

    A label is a whole number or a name.  A first row that names no picture is a heading.  Files
    that are missing are named in a remark, and left out.
    Raises UserError if the file cannot be read, or a row is not a path and a label.
    """
    if not params.path:
        raise UserError("Name the CSV file: write its path instead of image_table.")
    table = Path(params.path).resolve()
    whole, missing = _listing(table)
    listing, division, alone = divided(whole, split, params)
    return read_samples(split, listing, params, division, (missing, alone))


def _listing(table: Path) -> tuple[Listing, str]:
    """The pictures that are there, and a remark on those that are not."""
    rows = _rows(table)
    paths = [table.parent / path for path, _ in rows]
    there = np.array([path.is_file() for path in paths])
    lost = [path for (path, _), found in zip(rows, there, strict=True) if not found]
    if len(lost) == len(rows):
        raise UserError(
            f"None of the {len(rows):,} pictures that {table.name} names is there, such as "
            f"{paths[0]}; write paths relative to the CSV file."
        )
    labels, classes = _numbered(table, [label for _, label in rows])
    whole = Listing(tuple(paths), np.array(labels, np.int64), classes)
    if not lost:
        return whole, ""
    remark = (
        f"Pictures that {table.name} names and that are missing: {listed(lost)} of {len(rows):,}; "
        "the others are used."
    )
    return whole.part(there), remark


def _rows(table: Path) -> list[tuple[str, str]]:
    """The paths and labels of the rows, without a heading."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            cells = [[cell.strip() for cell in row] for row in csv.reader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            f"{table.name} could not be read as a CSV file ({error}); save it as CSV in UTF-8."
        ) from error
    rows: list[tuple[str, str]] = []
    for number, row in enumerate(cells, 1):
        if not any(row):
            continue
        if len(row) < 2 or not row[0] or not row[1]:
            raise UserError(
                f"Row {number} of {table.name} is {','.join(row)!r}; write a path, a comma and a "
                "label."
            )
        if rows or number > 1 or Path(row[0]).suffix.lower() in PICTURE_SUFFIXES:
            rows.append((row[0], row[1]))
    if not rows:
        raise UserError(f"{table.name} names no picture; write a path and a label in each row.")
    return rows


def _numbered(table: Path, labels: list[str]) -> tuple[list[int], tuple[str, ...]]:
    """The labels as numbers from 0, and the names of the classes: in order, numbers by value."""
    for number, label in enumerate(labels, 1):
        if _is_fraction(label):
            raise UserError(
                f"Label {number} of {table.name} is {label}, which is no class; write whole "
                "numbers or names."
            )
    distinct = set(labels)
    numeric = all(_is_whole(label) for label in distinct)
    classes = tuple(sorted(distinct, key=int if numeric else str))
    numbers = {label: number for number, label in enumerate(classes)}
    return [numbers[label] for label in labels], classes


def _is_whole(label: str) -> bool:
    return label.removeprefix("-").isdecimal()


def _is_fraction(label: str) -> bool:
    try:
        return not float(label).is_integer()
    except ValueError:
        return False
