"""How long is a training step, beside the loop of torch's tutorials over a DataLoader?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, repeat

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader

from core.data.augment import drawn_moves
from core.data.datasets import Samples, load_samples
from core.network.loading import open_model
from core.network.network import Network
from core.network.snapshot import Snapshot
from core.training.learner import Learner
from core.training.settings import TrainParams
from core.training.train import train
from tests.benchmarks.input_pipeline import PictureByPicture
from tests.benchmarks.timing import Row, interleaved

NAMES = ("training_step", "training_step_free_data")

SEED = 0
PARAMS = TrainParams(epochs=100, shift=2, flip=True)
TOTAL = PARAMS.epochs * 750
#: Steps of one measurement: enough for what the workers have waiting to count for nothing.
STEPS = 150
CHOOSING, ROUNDS = 3, 9
#: Steps whose losses are compared; rounding grows from step to step.
COMPARED = 30


def rows() -> list[Row]:
    """Milliseconds a step of LeNet-5 on Fashion-MNIST in batches of 16, Adam and one cycle.

    All have the same threads.  The first peer has the number of workers that serves it best; the
    second, the bound, learns the same batch again and again, which costs it nothing to get.
    """
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))  # as many as the window's lane has
    snapshot = open_model("lenet5", seed=SEED)
    data, test = load_samples("fashion_mnist", "train"), load_samples("fashion_mnist", "test")
    ours = _steps(train(snapshot, data, test, PARAMS, seed=SEED))
    peers = [
        _steps(_plain_loop(snapshot, _epochs(data, workers)))
        for workers in range(min(2, os.cpu_count() or 1) + 1)
    ]
    best = min(peers, key=lambda peer: interleaved(ours, peer, CHOOSING)[2])
    batch = next(iter(_epochs(data, 0)))
    free = _steps(_plain_loop(snapshot, repeat(batch)))
    equal = _equal(snapshot, data, test)
    return [
        _row(name, interleaved(ours, peer, ROUNDS), equal)
        for name, peer in zip(NAMES, (best, free), strict=True)
    ]


def _row(name: str, found: tuple[float, float, float], equal: bool) -> Row:
    own, peer, ratio = found
    return Row(name, own / STEPS * 1e3, peer / STEPS * 1e3, ratio, "ms", equal)


def _steps(loop: Iterator[object]) -> Callable[[], object]:
    return lambda: sum(1 for _ in islice(loop, STEPS))


def _epochs(data: Samples, workers: int) -> Iterable[tuple[Tensor, Tensor]]:
    """Epoch after epoch of a DataLoader that shifts and mirrors one picture at a time."""
    images, labels = torch.from_numpy(data.images), torch.from_numpy(data.labels)
    moves = drawn_moves(len(data), torch.Generator().manual_seed(SEED), PARAMS.augment)
    loader = DataLoader(
        PictureByPicture(images, labels, moves),
        PARAMS.batch,
        shuffle=True,
        generator=torch.Generator().manual_seed(SEED),
        num_workers=workers,
        persistent_workers=workers > 0,
    )
    return chain.from_iterable(repeat(loader))


def _plain_loop(snapshot: Snapshot, batches: Iterable[tuple[Tensor, Tensor]]) -> Iterator[float]:
    """Learn batch after batch; gives the losses."""
    assert snapshot.model.spec is not None
    network = Network(snapshot.model.spec, snapshot.seed)
    optimizer = torch.optim.Adam(network.parameters(), PARAMS.rate)
    schedule = OneCycleLR(optimizer, PARAMS.rate, total_steps=TOTAL, cycle_momentum=False)
    for images, labels in batches:
        optimizer.zero_grad()
        loss = cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        schedule.step()
        yield loss.item()


def _equal(snapshot: Snapshot, data: Samples, test: Samples) -> bool:
    """Whether the same batches, not augmented, give the same losses."""
    params = replace(PARAMS, shift=0, flip=False)
    learner = Learner(snapshot, data, test, params, seed=SEED, steps=TOTAL)
    theirs = list(islice(_plain_loop(snapshot, learner.batches(0)), COMPARED))
    for _ in islice(learner.work(), COMPARED):
        pass
    ours = learner.log.curves().panels["Loss"]["loss raw"].y
    return bool(np.abs(ours - theirs).max() < 1e-5)
