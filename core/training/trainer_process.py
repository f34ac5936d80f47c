"""The other side of `trainer`: the process that trains, and answers with frames."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from time import perf_counter
from typing import IO

import torch

from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.frames import Frame, read_frame, write_frame
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.training.fitting import trainable_spec
from core.training.observation import Observation
from core.training.settings import Control
from core.training.train import train
from core.training.trainer_frames import (
    Order,
    newest_observation,
    progress_frame,
    read_order,
    read_told,
    snapshot_frame,
)
from core.training.watcher import Watcher

#: How long it works between two answers, in s: what a pause may take.
SLICE = 0.05


def serve() -> None:
    """Be a trainer: take orders until the process that gives them ends."""
    orders, answers = _own_streams()
    try:
        while True:
            frame = read_frame(orders)
            if frame.data.get("kind") == "order":  # not leave to run that came after the end
                write_frame(answers, _carried_out(frame, orders, answers))
    except (EOFError, BrokenPipeError):
        return


def _carried_out(frame: Frame, orders: IO[bytes], answers: IO[bytes]) -> Frame:
    """Train, answering each leave to run; gives the frame that ends the order."""
    try:
        order = read_order(frame)
        torch.set_num_threads(order.threads)
        data, test = (load_samples(order.data, split) for split in ("train", "test"))
        write_frame(answers, Frame({"kind": "ready", "classes": data.classes}))
        steps = _training(order, data, test)
        sent: Observation | None = None
        while True:
            leave = read_frame(orders).data
            news = _slice(steps, read_told(leave["told"]), leave["single"])
            write_frame(answers, progress_frame(news, sent))
            sent = newest_observation(news, sent)
    except StopIteration as stop:
        return snapshot_frame("end", stop.value)
    except UserError as error:
        return Frame({"kind": "end", "problem": str(error)})


def _training(
    order: Order, data: Samples, test: Samples
) -> Generator[Progress, Control | None, Snapshot]:
    """The training that is ordered."""
    spec = trainable_spec(order.snapshot.model)
    watcher = Watcher(spec, len(test), activations=not order.params.compile)
    return train(
        order.snapshot,
        data,
        test,
        order.params,
        seed=order.seed,
        device=order.device,
        observer=watcher if order.watch else None,
    )


def _slice(
    steps: Generator[Progress, Control | None, Snapshot], told: Control | None, single: bool
) -> Progress:
    """Step for a while, up to the next report; or once."""
    end = perf_counter() + SLICE
    while True:
        news = steps.send(told) if told is not None else next(steps)
        told = None
        if single or news.partial is not None or perf_counter() >= end:
            return news


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for frames alone; what else is printed goes to the errors."""
    orders = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return orders, answers
