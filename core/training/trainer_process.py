"""The other side of `trainer`: the process that trains, and answers with frames."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, suppress
from inspect import GEN_CREATED, GEN_SUSPENDED, getgeneratorstate
from pathlib import Path
from time import perf_counter
from typing import IO

import torch

from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.frames import Frame, read_frame, write_frame
from core.heap import keep_freed_memory
from core.jobs import Progress, finish
from core.network.snapshot import Snapshot
from core.training.forecast import forecast
from core.training.observation import Observation
from core.training.observed import read_observed
from core.training.recorder import Training
from core.training.runs import Run, RunSettings, create_run, open_run, train_run
from core.training.settings import Control, Stop
from core.training.train import train
from core.training.trainer_frames import (
    FORECAST,
    TRAIN,
    Order,
    forecast_frame,
    newest_observation,
    progress_frame,
    read_order,
    read_told,
    snapshot_frame,
)
from core.training.watcher import watcher_for

#: What it does with an order and its data; gives the frame that ends the order.
Work = Callable[[Order, Samples, Samples, IO[bytes], IO[bytes]], Frame]

#: How long it works between two answers, in s: what a pause may take.
SLICE = 0.05


def serve() -> None:
    """Be a trainer: take orders until the process that gives them ends."""
    keep_freed_memory()
    orders, answers = _own_streams()
    try:
        while True:
            frame = read_frame(orders)
            work = _WORK.get(frame.data.get("kind", ""))
            if work is not None:  # not leave to run that came after the end
                write_frame(answers, _carried_out(work, frame, orders, answers))
    except (EOFError, BrokenPipeError):
        return


def _carried_out(work: Work, frame: Frame, orders: IO[bytes], answers: IO[bytes]) -> Frame:
    """Do what is ordered; gives the frame that ends the order."""
    try:
        order = read_order(frame)
        torch.set_num_threads(order.threads)
        data, test = (load_samples(order.data, split) for split in ("train", "test"))
        return work(order, data, test, orders, answers)
    except UserError as error:
        return Frame({"kind": "end", "problem": str(error)})


def _trained(
    order: Order, data: Samples, test: Samples, orders: IO[bytes], answers: IO[bytes]
) -> Frame:
    """Train, answering each leave to run."""
    write_frame(answers, Frame({"kind": "ready", "classes": data.classes}))
    sent: Observation | None = None
    with closing(_training(order, data, test)) as steps:
        try:
            while True:
                leave = read_frame(orders).data
                news = _slice(steps, read_told(leave["told"]), leave["single"])
                write_frame(answers, progress_frame(news, sent))
                sent = newest_observation(news, sent)
        except StopIteration as stop:
            return snapshot_frame("end", stop.value)
        except (EOFError, BrokenPipeError):
            _stop(steps)  # whoever ordered it has died: the run keeps what was learned
            raise


def _forecast(
    order: Order, data: Samples, test: Samples, orders: IO[bytes], answers: IO[bytes]
) -> Frame:
    """Measure what the training would take, telling how far that is."""
    steps = forecast(
        order.snapshot, data, order.params, device=order.device, test=test, seed=order.seed
    )
    try:
        while True:
            write_frame(answers, Frame({"kind": "progress", "label": next(steps).label}))
    except StopIteration as stop:
        return forecast_frame(stop.value)


def _training(order: Order, data: Samples, test: Samples) -> Training:
    """The training that is ordered, recorded where the order names a folder."""
    model, params = order.snapshot.model, order.params
    past = read_observed(order.folder) if order.folder is not None and order.resume else None
    observer = watcher_for(model, params, len(test), past) if order.watch else None
    if order.folder is None:
        return train(
            order.snapshot,
            data,
            test,
            order.params,
            seed=order.seed,
            device=order.device,
            observer=observer,
        )
    run = open_run(order.folder) if order.resume else _new_run(order, order.folder, data, test)
    return train_run(order.folder, run, data, test, device=order.device, observer=observer)


def _new_run(order: Order, folder: Path, data: Samples, test: Samples) -> Run:
    settings = RunSettings(order.data, order.params, order.seed)
    return create_run(folder, order.snapshot, data, test, settings, device=order.device)


def _slice(
    steps: Generator[Progress, Control | None, Snapshot], told: Control | None, single: bool
) -> Progress:
    """Step for a while, up to the next report; or once."""
    end = perf_counter() + SLICE
    while True:
        news = _sent(steps, told)
        told = None
        if single or news.partial is not None or perf_counter() >= end:
            return news


def _sent(steps: Generator[Progress, Control | None, Snapshot], told: Control | None) -> Progress:
    """Step on with what it is told: one that has not begun hears that after its first step."""
    if told is not None and getgeneratorstate(steps) == GEN_CREATED:
        next(steps)
    return steps.send(told)


def _stop(steps: Generator[Progress, Control | None, Snapshot]) -> None:
    """Let a training end as one that was told to stop, unless it has not begun."""
    if getgeneratorstate(steps) == GEN_SUSPENDED:
        with suppress(StopIteration):
            steps.send(Stop())
            finish(steps)


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for frames alone; what else is printed goes to the errors."""
    orders = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return orders, answers


_WORK: Mapping[str, Work] = {TRAIN: _trained, FORECAST: _forecast}
