"""What tests let run in processes of their own, which start from one that has torch already."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import torch
import torch._dynamo  # which optimisers import when they are made, in each process anew
from torch import Tensor

from core.jobs import finish
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.weights import write_weights
from core.training import train as training
from core.training.distributed import joined
from core.training.learner import Learner
from core.training.runs import open_run, train_run
from core.training.settings import TrainParams
from core.training.trainer import Trainer
from core.training.trainer_frames import Order
from tests.core.training.conftest import quarters

TRAIN, TEST = quarters(60, seed=1), quarters(30, seed=2, split="test")


def started(work: Callable[..., None], *given: object) -> BaseProcess:
    """A process that does `work`; the first one takes as long as torch takes to import."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=given, daemon=True)
    process.start()
    return process


def train_to_the_end(folder: Path, home: str, begun: Connection) -> None:
    """Train a run from where it is, with a checkpoint at each step; says when it has begun."""
    os.environ["CNN_WORKBENCH_HOME"] = home
    torch.set_num_threads(1)
    training.STATE_EVERY = training.REPORT_EVERY = 0.0
    steps = train_run(folder, open_run(folder), TRAIN, TEST)
    next(steps)
    begun.send(True)
    finish(steps)


def die_while_it_trains(folder: Path, home: str, told: Connection) -> None:
    """Be a window that orders a training and dies; says which step it had heard of."""
    os.environ["CNN_WORKBENCH_HOME"] = home
    params = TrainParams(epochs=50)
    steps = Trainer().train(Order(open_model("lenet5"), "fashion_mnist", params, folder=folder))
    while (done := next(steps).done) == 0:
        pass
    told.send(done)
    os._exit(1)


def learn_together(
    rank: int, size: int, port: int, snapshot: Snapshot, params: TrainParams, out: Path
) -> None:
    """Be one of the processes that learn two steps; the one that leads keeps what they learned."""
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(size)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    with joined("cpu") as team:
        learned = two_steps(Learner(snapshot, TRAIN, TEST, params, seed=5, team=team))
        if team.leads:
            write_weights(out, learned)


def two_steps(learner: Learner) -> dict[str, Tensor]:
    """The gradients of two steps, what was measured, and the network after them."""
    learned = {}
    for step, _ in enumerate(islice(learner.work(), 2)):
        for name, weight in learner.network.named_parameters():
            assert weight.grad is not None
            learned[f"gradient {step} of {name}"] = weight.grad.clone()
    log = {
        f"log of {name}": torch.from_numpy(value) for name, value in learner.log.arrays().items()
    }
    return learned | log | dict(learner.network.state_dict())
