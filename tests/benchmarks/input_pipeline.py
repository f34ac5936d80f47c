"""How fast are augmented training batches, beside a DataLoader that moves one picture at a time?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import DataLoader, Dataset

from core.data.augment import AugmentParams, drawn_moves
from core.data.batches import batches
from core.data.datasets import load_samples
from core.data.moves import Moves
from core.data.strip import Strip
from tests.benchmarks.timing import Row, interleaved

NAMES = ("input_pipeline", "input_pipeline_32")

Loader = DataLoader[tuple[Tensor, int]]

SEED = 0
BATCH = 16
ROUNDS = 9


@dataclass(frozen=True)
class Case:
    """What is fed: a data set, its augmentation, and how its channels are normalised."""

    name: str
    data: str
    augment: AugmentParams
    mean: tuple[float, ...]
    std: tuple[float, ...]


GREY = Case(
    "input_pipeline", "fashion_mnist", AugmentParams(shift=2, flip=True), (0.286,), (0.353,)
)
COLOUR = Case(
    "input_pipeline_32",
    "shapes?size=32&count=12000&colour=true",
    AugmentParams(shift=4, flip=True),
    (0.491, 0.482, 0.447),
    (0.247, 0.243, 0.262),
)


class PictureByPicture(Dataset[tuple[Tensor, int]]):
    """The same moves of pictures [n, H, W] or [n, C, H, W], made when one is asked for."""

    def __init__(self, images: Tensor, labels: Tensor, moves: Moves, case: Case = GREY) -> None:
        self.images = images
        self.labels = labels.tolist()
        self.down, self.right, self.mirrored = (values.tolist() for values in moves)
        self.reach = case.augment.shift
        self.scale = _by_channel([1 / (255 * std) for std in case.std])
        self.offset = _by_channel(
            [-mean / std for mean, std in zip(case.mean, case.std, strict=True)]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        top, left = self.reach - self.down[index], self.reach - self.right[index]
        image = self.images[index]
        height, width = image.shape[-2:]
        canvas = pad(image, (self.reach,) * 4)
        picture = canvas[..., top : top + height, left : left + width]
        if self.mirrored[index]:
            picture = picture.flip(-1)
        if picture.ndim == 2:
            picture = picture[None]
        return picture.float().mul_(self.scale).add_(self.offset), self.labels[index]


def _by_channel(values: Sequence[float]) -> Tensor | float:
    """One number for each channel; a plain one where it is alone, which is faster."""
    return values[0] if len(values) == 1 else torch.tensor(values).view(-1, 1, 1)


def rows() -> list[Row]:
    """Milliseconds for one epoch of 12,000 pictures in batches of 16.

    Fashion-MNIST of 28 px, and colours of 32 px.  The peer has its best number of workers, which
    stay alive from epoch to epoch, as the strip of the pictures does.
    """
    return [_row(case) for case in (GREY, COLOUR)]


def _row(case: Case) -> Row:
    samples = load_samples(case.data, "train")
    images, labels = torch.from_numpy(samples.images), torch.from_numpy(samples.labels)
    strip = Strip(samples.images)

    def ours() -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(SEED)
        return batches(strip, labels, BATCH, generator, case.augment, case.mean, case.std)

    planes = images if images.ndim == 3 else images.permute(0, 3, 1, 2).contiguous()
    loaders = [_loader(planes, labels, workers, case) for workers in range(_most_workers() + 1)]
    loader = _best(loaders)
    equal = _equal(ours(), loader)
    own, peer, ratio = interleaved(lambda: _drain(ours()), lambda: _drain(loader), ROUNDS)
    return Row(case.name, own * 1e3, peer * 1e3, ratio, "ms", equal)


def _loader(images: Tensor, labels: Tensor, workers: int, case: Case) -> Loader:
    """A DataLoader that gives the epoch of `SEED`: its order is drawn first, then the moves."""
    generator = torch.Generator().manual_seed(SEED)
    order = torch.randperm(len(images), generator=generator)
    moves = drawn_moves(len(images), generator, case.augment)
    data = PictureByPicture(images[order], labels[order], moves, case)
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
    """Whether both give the same: values within 1e-6, as one of them rounds once, one twice."""
    return all(
        torch.allclose(images, theirs, rtol=0, atol=1e-6) and torch.equal(labels, others)
        for (images, labels), (theirs, others) in zip(ours, peer, strict=True)
    )


def _drain(epoch: Iterable[tuple[Tensor, Tensor]]) -> None:
    for _ in epoch:
        pass
