"""Data sets: one file each, a function from a split to `Samples`, found by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

import numpy as np

from core.errors import UserError
from core.registry import Registry
from core.results import Bytes, Ints

Split = Literal["train", "test"]


@dataclass(frozen=True, eq=False)
class Samples:
    """Labelled pictures in memory: pictures [n, H, W] or [n, H, W, 3] uint8, labels [n].

    Where the pictures have different sizes they are a tuple of n arrays.
    """

    name: str
    split: str
    pictures: Bytes | tuple[Bytes, ...]
    labels: Ints
    classes: tuple[str, ...]

    @property
    def images(self) -> Bytes:
        """All pictures as one array.  Raises UserError if they have different sizes."""
        if isinstance(self.pictures, tuple):
            sizes = sorted({picture.shape[:2] for picture in self.pictures})
            raise UserError(
                f"The pictures of {self.name} have {len(sizes)} different sizes, "
                f"{_size(sizes[0])} to {_size(sizes[-1])} px; choose a data set of one size."
            )
        return self.pictures

    def __len__(self) -> int:
        return len(self.labels)

    def frame(self, index: int) -> Bytes:
        """Sample `index` as a frame [H, W, 3].  Raises UserError if there is no such sample."""
        if not 0 <= index < len(self):
            raise UserError(
                f"{self.name} has {len(self)} {self.split} samples, 0 to {len(self) - 1}; "
                f"there is no {index}."
            )
        picture = self.pictures[index]
        return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, 2)


@dataclass(frozen=True)
class DataSet:
    """One data set: `load(split)` reads it."""

    name: str
    title: str
    source: str
    load: Callable[[str], Samples]


Load = TypeVar("Load", bound=Callable[[str], Samples])
DATASETS: Registry[DataSet] = Registry("data set", "core.data.datasets")


def dataset(title: str, *, source: str) -> Callable[[Load], Load]:
    """Register the function below: it gives the samples of the split "train" or "test"."""

    def register(load: Load) -> Load:
        DATASETS.add(load.__name__, DataSet(load.__name__, title, source, load))
        return load

    return register


def load_samples(name: str, split: str = "test") -> Samples:
    """The samples of a registered data set, kept for the next call.

    Raises UserError for an unknown name or split, or if they cannot be read.
    """
    if split not in ("train", "test"):
        raise UserError(f"There is no split {split!r}; choose train or test.")
    return _loaded(name, split)


@lru_cache(maxsize=4)
def _loaded(name: str, split: str) -> Samples:
    return DATASETS[name].load(split)


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} x {shape[1]}"
