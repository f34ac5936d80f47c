"""Picture files that tests write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def write_picture(path: Path, level: int = 100, size: tuple[int, int] = (6, 8)) -> Path:
    """A picture of one grey level, of `size` (H, W)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((*size, 3), level, np.uint8)).save(path)
    return path


def write_class(folder: Path, count: int, level: int = 100, size: tuple[int, int] = (6, 8)) -> None:
    """So many pictures in a folder, each a level lighter than the one before."""
    for number in range(count):
        write_picture(folder / f"{number:02}.png", level + number, size)
