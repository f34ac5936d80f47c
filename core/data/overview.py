"""What a person wants to know of a data set before training, as work for a lane."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.data.augment import AugmentParams, augmented
from core.data.datasets import Samples, chosen
from core.data.picture_files import listed
from core.data.reading import loading
from core.data.statistics import (
    Channels,
    channel_statistics,
    imbalance,
    level_counts,
    mean_picture,
)
from core.errors import UserError
from core.jobs import Progress
from core.results import Bytes, Floats, Ints

#: Values that are looked through between two reports: some 20 ms.
_PART = 2**24
#: A value that is counted takes as long as so many that are summed up.
_COUNTED_AS = 8


@dataclass(frozen=True, eq=False)
class Overview:
    """Both parts of a data set, and how many training pixels, by channel, have each level.

    `text` is what `load_samples` knows it by.  `test` is None where there is nothing to test
    with, and `problem` then says why.
    """

    text: str
    title: str
    train: Samples
    test: Samples | None
    counts: Ints
    problem: str = ""

    @property
    def parts(self) -> dict[str, Samples]:
        """The parts that there are, by the name of their split."""
        return {part.split: part for part in (self.train, self.test) if part is not None}

    @property
    def division(self) -> str:
        """How training and test samples were divided."""
        return " ".join(_once([part.division for part in self.parts.values()]))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else a person should know of either part, a sentence each."""
        return _once([remark for part in self.parts.values() for remark in part.remarks])

    @property
    def levels(self) -> tuple[int, int]:
        """The lowest and the highest level of the training pictures."""
        there = np.flatnonzero(self.counts.sum(0))
        return int(there[0]), int(there[-1])

    @property
    def channels(self) -> Channels:
        """Mean and deviation of the training pictures."""
        return channel_statistics(self.counts)

    @property
    def form(self) -> str:
        """What a sample is: "28 × 28 px, grey, levels 0 to 255"."""
        low, high = self.levels
        return f"{_form(self.train)}, levels {low} to {high}"

    @property
    def spread(self) -> str:
        """How light the pictures are, by channel: "mean 0.286, deviation 0.353 of 1"."""
        mean, deviation = (" ".join(f"{one:.3f}" for one in row) for row in self.channels)
        return f"mean {mean}, deviation {deviation} of 1"


def overview(text: str) -> Generator[Progress, None, Overview]:
    """The overview of the data set that `text` means.  Raises UserError as `load_samples`."""
    train = yield from loading(text, "train")
    test, problem = None, ""
    try:
        test = yield from loading(text, "test")
    except UserError as error:
        problem = str(error)
    counts = yield from _level_counts(train)
    return Overview(text, chosen(text).title, train, test, counts, problem)


def is_signal(samples: Samples) -> bool:
    """Whether samples are signals: pictures of one row."""
    first = samples.pictures[0]
    return first.ndim == 2 and len(first) == 1


def examples(samples: Samples, number: int | None = None) -> Ints:
    """The samples of a class in their order; of all classes in turn, as of a pack of cards."""
    if number is not None:
        return np.flatnonzero(samples.labels == number)
    by_class = np.argsort(samples.labels, kind="stable")
    begins = np.concatenate([[0], np.cumsum(samples.counts)[:-1]])
    turn = np.empty(len(samples), np.int64)
    turn[by_class] = np.arange(len(samples)) - begins[samples.labels[by_class]]
    return np.lexsort((samples.labels, turn))


def mean_of(samples: Samples, number: int | None = None) -> Generator[Progress, None, Floats]:
    """The mean [H, W] or [H, W, C] of a class, or of all, as levels 0 … 255; black without any.

    Raises UserError if the pictures have different sizes.
    """
    images, places = samples.images, examples(samples, number)
    total = np.zeros(images.shape[1:])
    for part in _parts(len(places), images[0].size):
        yield Progress(part.start, len(places), label="Averaging")
        some = images[places[part]]
        total += mean_picture(some) * len(some)
    return (total / max(len(places), 1)).astype(np.float32)


def versions(
    images: Bytes, count: int, seed: int, params: AugmentParams, mean: Sequence[float] = (0.5,)
) -> Generator[Progress, None, Bytes]:
    """Each of n pictures as a network that trains may see it `count` times: [n, count, H, W(, C)].

    `mean` by channel, 0 … 1, is what a cut-out shows.
    """
    generator = torch.Generator().manual_seed(seed)
    seen = np.repeat(images[:, None], count, 1)
    for number, pictures in enumerate(seen):
        yield Progress(number, len(seen), label="Changing pictures")
        seen[number] = augmented(pictures, generator, params, mean)
    return seen


def balance(counts: Ints, classes: Sequence[str]) -> str:
    """How the largest class compares with the smallest: "1 : 1, 200 each"."""
    ratio = imbalance(counts)
    if ratio == 1:
        return f"1 : 1, {int(counts.max(initial=0)):,} each"
    if not np.isfinite(ratio):
        empty = [name for name, count in zip(classes, counts, strict=True) if not count]
        return f"none of {listed(empty)}"
    places = int(counts.argmax()), int(counts.argmin())
    ends = (f"{classes[place]} {counts[place]:,}" for place in places)
    return f"{ratio:.3g} : 1, {' to '.join(ends)}"


def _level_counts(samples: Samples) -> Generator[Progress, None, Ints]:
    """How many pixels of all pictures, by channel, have each level."""
    total = np.zeros((1, 256), np.int64)
    for part in _parts(len(samples), _COUNTED_AS * samples.pictures[0].size):
        yield Progress(part.start, len(samples), label="Looking through the pictures")
        some = samples.pictures[part]
        stacks = [one[None] for one in some] if isinstance(some, tuple) else [some]
        for pictures in stacks:
            total = total + level_counts(pictures)
    return total


def _parts(count: int, size: int) -> Iterator[slice]:
    """Slices of `count` samples, of which each has `size` values."""
    step = max(1, _PART // max(1, size))
    return (slice(begin, min(begin + step, count)) for begin in range(0, count, step))


def _form(samples: Samples) -> str:
    first = samples.pictures[0]
    if is_signal(samples):
        return f"signals of {first.shape[1]:,} values"
    colours = "in colour" if first.ndim == 3 else "grey"
    if isinstance(samples.pictures, tuple):
        return f"pictures of different sizes, {colours}"
    return f"{first.shape[0]} × {first.shape[1]} px, {colours}"


def _once(sentences: Sequence[str]) -> tuple[str, ...]:
    """Each sentence once, without empty ones."""
    return tuple(dict.fromkeys(filter(None, sentences)))
