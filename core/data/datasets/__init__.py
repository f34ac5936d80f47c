"""Data sets: one file each, a function from a split to `Samples`, found by its name.

One string names what to learn from, here, on the command line and in a project: a data set and
its options ("shapes?size=32&noise=0.1"), or a folder or file that one of them opens
("photos/pets?size=64", "labels.csv").
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np

from core.data.query import joined_query, split_query
from core.data.statistics import class_counts
from core.data.statistics import mean_picture as mean_of
from core.errors import UserError
from core.options import options_of, values_of, with_values
from core.registry import Registry
from core.results import Bytes, Floats, Ints

log = logging.getLogger(__name__)

Split = Literal["train", "test"]


@dataclass(frozen=True, eq=False)
class Samples:
    """Labelled pictures in memory: pictures [n, H, W] or [n, H, W, 3] uint8, labels [n].

    Where the pictures have different sizes they are a tuple of n arrays.  A signal is a picture
    of one row.  `division` says how training and test samples were divided, and `remarks` what
    else a person should know, such as files that are missing: a sentence each.  `options` names
    those that the data set has.
    """

    name: str
    split: str
    pictures: Bytes | tuple[Bytes, ...]
    labels: Ints
    classes: tuple[str, ...]
    division: str = ""
    remarks: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()

    @property
    def images(self) -> Bytes:
        """All pictures as one array.  Raises UserError if they have different sizes."""
        if isinstance(self.pictures, tuple):
            sizes = sorted({picture.shape[:2] for picture in self.pictures})
            raise UserError(
                f"The pictures of {self.name} have {len(sizes)} different sizes, "
                f"{_size(sizes[0])} to {_size(sizes[-1])} px; bring them to one with the option "
                "size, as in FOLDER?size=64, or choose a data set of one size."
            )
        return self.pictures

    @cached_property
    def counts(self) -> Ints:
        """How many samples [classes] there are of each class."""
        return class_counts(self.labels, len(self.classes))

    @cached_property
    def mean_picture(self) -> Floats:
        """The mean of all pictures, as levels 0 … 255.  Raises UserError if their sizes differ."""
        return mean_of(self.images)

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
    """One data set: `load(split)` reads it, or `load(split, params)` where it has options.

    `params` is the class of its options.  If one of them is `path`, it reads a person's files,
    and `opens` tells which: it is asked of a path that was given instead of a name.
    """

    name: str
    title: str
    source: str
    load: Callable[..., Samples]
    params: type | None = None
    opens: Callable[[Path], bool] | None = None


Load = TypeVar("Load", bound=Callable[..., Samples])
DATASETS: Registry[DataSet] = Registry("data set", "core.data.datasets")


def dataset(
    title: str,
    *,
    source: str,
    params: type | None = None,
    opens: Callable[[Path], bool] | None = None,
) -> Callable[[Load], Load]:
    """Register the function below: it gives the samples of the split "train" or "test".

    With `params`, a frozen dataclass of options, it takes an instance of that as well.
    """

    def register(load: Load) -> Load:
        DATASETS.add(load.__name__, DataSet(load.__name__, title, source, load, params, opens))
        return load

    return register


@dataclass(frozen=True)
class Choice:
    """A data set with its options, as one string means it."""

    data: DataSet
    params: Any = None

    @property
    def title(self) -> str:
        """What it is called on screen: the data set's title, or the name of the folder or file."""
        path = getattr(self.params, "path", "")
        return Path(path).resolve().name if path else self.data.title

    @property
    def text(self) -> str:
        """The string that means it, with an absolute path, and without what is as by default."""
        values = values_of(self.params)
        defaults = values_of(self.data.params()) if self.data.params else {}
        differing = {name: v for name, v in values.items() if v != defaults[name]}
        path = differing.pop("path", "")
        return joined_query(str(Path(path).resolve()) if path else self.data.name, differing)

    def load(self, split: str) -> Samples:
        """Its samples.  Raises UserError if they cannot be read."""
        if self.params is None:
            return self.data.load(split)
        options = frozenset(row.name for row in options_of(self.params))
        return replace(self.data.load(split, self.params), options=options)


def chosen(text: str) -> Choice:
    """What `text` means: the name of a data set, or the path of files, and options.

    Raises UserError if there is nothing of that name, or an option does not fit.
    """
    name, settings = (text, {}) if _exists(text) else split_query(text)
    if name in DATASETS:
        data = DATASETS[name]
    else:
        data, settings = _opening(name), {"path": name, **settings}
    if data.params is None:
        if settings:
            raise UserError(f"{data.name} has no options, so that {text!r} means nothing.")
        return Choice(data)
    return Choice(data, with_values(data.params, settings))


def is_data(text: str) -> bool:
    """Whether `text` names a data set, or a folder or file, whatever its options."""
    name = text.rpartition("?")[0] or text
    return name in DATASETS or text in DATASETS or _exists(text) or _exists(name)


def load_samples(text: str, split: str = "test") -> Samples:
    """The samples that `text` means (see `chosen`), kept for the next call.

    Raises UserError for an unknown name or split, or if they cannot be read.
    """
    if split not in ("train", "test"):
        raise UserError(f"There is no split {split!r}; choose train or test.")
    return _loaded(chosen(text), split)


def forget_samples() -> None:
    """Read everything anew from now on, as files may have changed."""
    _loaded.cache_clear()


@lru_cache(maxsize=4)
def _loaded(choice: Choice, split: str) -> Samples:
    samples = choice.load(split)
    for remark in samples.remarks:
        # Mostly the same for both splits, of which a training reads this one first.
        log.log(logging.WARNING if split == "train" else logging.INFO, "%s", remark)
    return samples


def _opening(path: str) -> DataSet:
    """The data set that opens a path.  Raises UserError if there is no such path, or none does."""
    if not _exists(path):
        if os.path.dirname(path):
            raise UserError(f"There is no folder or file {path}.")
        return DATASETS[path]  # which says what is named like it
    for data in DATASETS.values():
        if data.opens is not None and data.opens(Path(path)):
            return data
    raise UserError(
        f"{path} cannot be opened as data; give a folder with a folder of pictures for each "
        "class, a CSV file of paths and labels, or a folder of WAV files."
    )


def _exists(text: str) -> bool:
    return os.path.exists(text)  # not Path.exists, which raises for a text that is too long


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} x {shape[1]}"
