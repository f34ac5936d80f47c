"""How fast are augmented training batches, beside a DataLoader that moves one picture at a time?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from time import perf_counter

import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import DataLoader, Dataset

from core.data.augment import AugmentParams, Moves, batches, drawn_moves
from core.data.datasets import load_samples
from tests.benchmarks.timing import Row, interleaved

NAMES = ("input_pipeline",)

Loader = DataLoader[tuple[Tensor, int]]

SEED = 0
BATCH = 16
AUGMENT = AugmentParams(shift=2, flip=True)
MARGINS = (AUGMENT.shift,) * 4
MEAN, STD = 0.286, 0.353
SCALE, OFFSET = 1 / (255 * STD), -MEAN / STD
ROUNDS = 9


class PictureByPicture(Dataset[tuple[Tensor, int]]):
    """The same moves, made when a picture is asked for."""

    def __init__(self, images: Tensor, labels: Tensor, moves: Moves) -> None:
        self.images = images
        self.labels = labels.tolist()
        self.down, self.right, self.mirrored = (values.tolist() for values in moves)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        top, left = AUGMENT.shift - self.down[index], AUGMENT.shift - self.right[index]
        image = self.images[index]
        height, width = image.shape
        picture = pad(image, MARGINS)[top : top + height, left : left + width]
        if self.mirrored[index]:
            picture = picture.flip(1)
        return picture[None].float().mul_(SCALE).add_(OFFSET), self.labels[index]


def rows() -> list[Row]:
    """Milliseconds for one epoch of the 12,000 Fashion-MNIST pictures, of 28 px, in batches of 16.

    The peer has its best number of workers, which stay alive from epoch to epoch.
    """
    samples = load_samples("fashion_mnist", "train")
    images, labels = torch.from_numpy(samples.images), torch.from_numpy(samples.labels)

    def ours() -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(SEED)
        return batches(images, labels, BATCH, generator, AUGMENT, (MEAN,), (STD,))

    loader = _best([_loader(images, labels, workers) for workers in range(_most_workers() + 1)])
    equal = _equal(ours(), loader)
    own, peer, ratio = interleaved(lambda: _drain(ours()), lambda: _drain(loader), ROUNDS)
    return [Row("input_pipeline", own * 1e3, peer * 1e3, ratio, "ms", equal)]


def _loader(images: Tensor, labels: Tensor, workers: int) -> Loader:
    """A DataLoader that gives the epoch of `SEED`: its order is drawn first, then the moves."""
    generator = torch.Generator().manual_seed(SEED)
    order = torch.randperm(len(images), generator=generator)
    moves = drawn_moves(len(images), generator, AUGMENT)
    data = PictureByPicture(images[order], labels[order], moves)
    return DataLoader(data, BATCH, num_workers=workers, persistent_workers=workers > 0)


def _most_workers() -> int:
    return min(8, os.cpu_count() or 1)


def _best(loaders: list[Loader]) -> Loader:
    """The loader of the shortest epoch; each has one before, in which its workers start."""
    seconds = {}
    for loader in loaders:
        _drain(loader)
        began = perf_counter()
        _drain(loader)
        seconds[loader] = perf_counter() - began
    return min(loaders, key=seconds.__getitem__)


def _equal(ours: Iterable[tuple[Tensor, Tensor]], peer: Iterable[tuple[Tensor, Tensor]]) -> bool:
    return all(
        torch.equal(images, theirs) and torch.equal(labels, others)
        for (images, labels), (theirs, others) in zip(ours, peer, strict=True)
    )


def _drain(epoch: Iterable[tuple[Tensor, Tensor]]) -> None:
    for _ in epoch:
        pass
