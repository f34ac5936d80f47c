"""How many pictures a second does the fast CIFAR-10 network learn, beside a bare loop?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from core.data.datasets import Samples, load_samples
from core.network.layers.dense import Dense
from core.network.loading import open_model
from core.network.network import Network, to_channels_last
from core.network.snapshot import Snapshot
from core.training.learner import Learner
from core.training.settings import TrainParams
from tests.benchmarks.timing import Row, interleaved

NAMES = ("fast_cifar",)

SEED = 0
#: Pictures of CIFAR-10's size and kind; its own are not shipped.
DATA = "shapes?size=32&count=12000&colour=true"
#: Batch and steps of one measurement, with a GPU and without one.
GPU, CPU = (512, 60), (32, 2)
ROUNDS = 7
#: Steps whose losses are compared.
COMPARED = 3


def rows() -> list[Row]:
    """Pictures a second on the GPU where there is one, with mixed precision, else on the CPU.

    The bare loop learns one batch, which lies on the device, again and again, and looks at no
    loss; ours shifts and mirrors each picture, and reports.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    batch, steps = GPU if device == "cuda" else CPU
    params = _params(batch, device)
    data, test = load_samples(DATA, "train"), load_samples(DATA, "test")
    snapshot = _network(data)
    ours = _Run(_learned(snapshot, data, test, params, device), steps, device)
    bare = _Run(
        _bare(snapshot, *_batch(snapshot, data, test, params, device), params), steps, device
    )
    equal = _equal(snapshot, data, replace(params, precision="full"), device)
    own, peer, ratio = interleaved(ours, bare, ROUNDS)
    pictures = batch * steps
    return [Row("fast_cifar", pictures / own, pictures / peer, ratio, "pictures/s", equal)]


def _params(batch: int, device: str) -> TrainParams:
    return TrainParams(
        optimizer="nesterov",
        rate=0.01,
        batch=batch,
        epochs=10_000,
        weight_decay=5e-4,
        precision="mixed" if device == "cuda" else "full",
        shift=4,
        flip=True,
    )


def _network(data: Samples) -> Snapshot:
    """The network with as many outputs as the data have classes."""
    snapshot = open_model("fast_cifar", seed=SEED)
    spec = snapshot.model.spec
    assert spec is not None
    last = replace(spec.nodes[-1], op=Dense(len(data.classes), bias=False))
    spec = spec.with_nodes((*spec.nodes[:-1], last))
    return replace(snapshot, model=replace(snapshot.model, spec=spec, classes=data.classes))


class _Run:
    """So many steps of a loop, to the end of the last one."""

    def __init__(self, loop: Iterator[object], steps: int, device: str) -> None:
        self._loop, self._steps = loop, steps
        self._wait: Callable[[], None] = (
            torch.cuda.synchronize if device == "cuda" else lambda: None
        )

    def __call__(self) -> None:
        for _ in islice(self._loop, self._steps):
            pass
        self._wait()


def _learned(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, device: str
) -> Iterator[object]:
    learner = Learner(snapshot, data, test, params, seed=SEED, device=device)
    for _ in learner.work():
        yield None


def _batch(
    snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams, device: str
) -> tuple[torch.Tensor, torch.Tensor]:
    return next(Learner(snapshot, data, test, params, seed=SEED, device=device).batches(0))


def _bare(
    snapshot: Snapshot, images: torch.Tensor, labels: torch.Tensor, params: TrainParams
) -> Iterator[torch.Tensor]:
    """Learn one batch again and again; gives the losses."""
    assert snapshot.model.spec is not None
    device, mixed = images.device, params.precision == "mixed"
    network = Network(snapshot.model.spec, snapshot.seed).to(device)
    to_channels_last(network)
    optimizer = torch.optim.SGD(
        network.parameters(),
        params.rate,
        params.momentum,
        weight_decay=params.weight_decay,
        nesterov=True,
        fused=True,
    )
    scaler = torch.amp.GradScaler(device.type, enabled=mixed)
    while True:
        optimizer.zero_grad()
        with torch.autocast(device.type, torch.float16, enabled=mixed):
            loss = cross_entropy(network(images), labels)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        yield loss.detach()


def _equal(snapshot: Snapshot, data: Samples, params: TrainParams, device: str) -> bool:
    """Whether a set of one batch, not augmented, gives both the same losses."""
    one = replace(params, shift=0, flip=False, batch=16, schedule="constant", epochs=COMPARED)
    few = replace(data, pictures=data.images[:16], labels=data.labels[:16])
    learner = Learner(snapshot, few, few, one, seed=SEED, device=device)
    batch = next(learner.batches(0))
    theirs = [loss.item() for loss in islice(_bare(snapshot, *batch, one), COMPARED)]
    for _ in learner.work():
        pass
    learner.settle()
    ours = learner.log.curves().panels["Loss"]["loss raw"].y
    return bool(np.abs(ours - theirs).max() < 1e-3)
