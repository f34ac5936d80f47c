"""A person's own pictures: a folder for each class, whose name is the class."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.images import PICTURE_SUFFIXES
from core.data.picture_files import Listing, PictureFileParams, divided, listed, read_samples
from core.errors import UserError

#: A folder of pictures has no more other files than this, or than pictures: else it is the folder
#: of something else, such as a whole disk, which would take minutes to read.
MOST_OTHERS = 20_000


def _opens(path: Path) -> bool:
    return path.is_dir() and not any(path.glob("*.[wW][aA][vV]"))


@dataset(
    "Folder of pictures", source="a folder for each class", params=PictureFileParams, opens=_opens
)
def image_folder(split: str, params: PictureFileParams) -> Samples:
    """Colour pictures, divided as its folders train and test, or by seed if there are none.

    Folders without a picture are no classes, which a remark says.
    Raises UserError if there is no folder of pictures in the folder.
    """
    root = _root(params)
    parts = {name: root / name for name in ("train", "test")}
    is_divided = all(part.is_dir() for part in parts.values())
    classes, remark = _classes(list(parts.values()) if is_divided else [root])
    if not classes:
        raise UserError(
            f"There is no folder of pictures in {root}; put the pictures of each class into a "
            "folder of its name."
        )
    listing = _listing(parts[split] if is_divided else root, classes)
    if is_divided:
        division = f"Training and test pictures are divided as the folders in {root.name}."
        return read_samples(split, listing, params, division, [remark])
    listing, division, alone = divided(listing, split, params)
    return read_samples(split, listing, params, division, [remark, alone])


def _root(params: PictureFileParams) -> Path:
    if not params.path:
        raise UserError("Name the folder of pictures: write its path instead of image_folder.")
    root = Path(params.path).resolve()
    if not root.is_dir():
        raise UserError(f"There is no folder {root}.")
    return root


def _classes(parts: list[Path]) -> tuple[tuple[str, ...], str]:
    """The names of the folders that hold pictures, and a remark on those that hold none."""
    folders = [folder for part in parts for folder in part.iterdir() if _may_be_class(folder)]
    filled = {folder.name for folder in folders if _pictures(folder)}
    empty = sorted({folder.name for folder in folders} - filled)
    remark = f"Folders without a picture, which are no classes: {listed(empty)}."
    return tuple(sorted(filled)), remark if empty else ""


def _may_be_class(folder: Path) -> bool:
    """Whether it is a folder, and none that programs leave behind."""
    return folder.is_dir() and not folder.name.startswith((".", "__"))


def _listing(folder: Path, classes: tuple[str, ...]) -> Listing:
    """The pictures of the classes in a folder."""
    found = [_pictures(folder / name) for name in classes]
    paths = tuple(path for pictures in found for path in pictures)
    labels = np.repeat(np.arange(len(classes)), [len(pictures) for pictures in found])
    return Listing(paths, labels, classes)


def _pictures(folder: Path) -> list[Path]:
    """The pictures in a folder and the folders in it; none if there is no such folder.

    Raises UserError if most of very many files there are something else.
    """
    found, others = [], 0
    for path in folder.rglob("*"):
        if path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith("."):
            found.append(path)
        elif not path.is_dir():
            others += 1
        if others > max(MOST_OTHERS, len(found)):
            raise UserError(
                f"In {folder} more than {MOST_OTHERS:,} files are no pictures; choose the folder "
                "that holds a folder of pictures for each class."
            )
    return sorted(found)
