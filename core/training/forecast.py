"""What a training will take, measured before it starts by a probe of a few steps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from math import ceil
from time import perf_counter

import torch

from core.data.datasets import Samples
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.options import checked
from core.training.learner import Learner
from core.training.memory import free_memory, peak_memory
from core.training.settings import TrainParams

#: Memory is measured with batches of so many pictures; what a larger one takes lies on their line.
FEW, MORE = 2, 4
#: Steps of which the memory is measured: in the second the optimiser remembers the first.
MEASURED = 2
#: How many steps the time of one is measured with: as many as half a second has, within limits.
SECONDS, FEWEST, MOST = 0.5, 3, 50
#: How many pictures of the test set the time of an exam is measured with, at most.
EXAMINED = 512


@dataclass(frozen=True)
class Forecast:
    """What a whole training takes: `seconds`, and `bytes` of the device's `free` ones.

    `largest` is the most pictures that can be learned at once with that memory.
    """

    seconds: float
    bytes: int
    free: int
    steps: int
    largest: int

    @property
    def fits(self) -> bool:
        """Whether the memory suffices."""
        return self.bytes <= self.free


def forecast(
    snapshot: Snapshot,
    samples: Samples,
    params: TrainParams,
    *,
    device: str = "cpu",
    steps: int | None = None,
    test: Samples | None = None,
    seed: int = 0,
) -> Generator[Progress, None, Forecast]:
    """What it takes to train `snapshot` so, measured on a copy of it.

    Memory is measured with two small batches, so that the probe itself fits, and time with real
    ones where those will fit; the test set's exams count where one is given.  `steps` replaces
    the epochs' number of steps.  Yields between the steps.
    Raises UserError if what is to be trained does not fit together, or not even a small batch
    fits the memory.
    """
    probe = _Probe(snapshot, samples, checked(params), device, seed)
    yield Progress(0, 3, label="Measuring the memory")
    part = ceil(params.batch / params.parts)
    line = yield from _memory(probe, part)
    need, free = line.at(part), free_memory(probe.device)
    yield Progress(1, 3, label="Measuring the time")
    alike = params if need <= free else replace(params, batch=min(part, MORE), parts=1)
    first, pace = yield from _pace(probe, alike)
    per_epoch = ceil(len(samples) / params.batch)
    count = params.epochs * per_epoch if steps is None else steps
    seconds = first + (count - 1) * pace * params.batch / alike.batch
    if test is not None and len(test):
        yield Progress(2, 3, label="Measuring the test")
        seconds += ceil(count / per_epoch) * len(test) * _exam_pace(probe, alike, test)
    return Forecast(seconds, need, free, count, min(line.most(free), len(samples)))


class _Probe:
    """Learners of a network that are thrown away."""

    def __init__(
        self, snapshot: Snapshot, samples: Samples, params: TrainParams, device: str, seed: int
    ) -> None:
        self.params = params
        self.device = torch.device(device)
        self._snapshot, self._samples, self._seed = snapshot, samples, seed
        self._nothing = _first(samples, 0)

    def learner(self, params: TrainParams, steps: int, test: Samples | None = None) -> Learner:
        """A new one, that takes so many steps."""
        return Learner(
            self._snapshot,
            self._samples,
            self._nothing if test is None else test,
            params,
            seed=self._seed,
            device=str(self.device),
            steps=steps,
        )

    def memory(self, batch: int) -> int:
        """The most bytes that training with batches of this size takes at once."""
        params = replace(self.params, batch=batch, parts=1, compile=False)
        learner = self.learner(params, MEASURED)
        weights: int = sum(value.nbytes for value in learner.network.state_dict().values())
        with peak_memory(self.device) as peak:
            for _ in learner.work():
                pass
            return weights + peak()


@dataclass(frozen=True)
class _Line:
    """Bytes by the number of pictures at once."""

    none: float
    each: float

    def at(self, count: int) -> int:
        return ceil(self.none + count * self.each)

    def most(self, free: int) -> int:
        """How many pictures fit; what is nearly nothing for each is taken for a byte."""
        return max(0, int((free - self.none) / max(self.each, 1.0)))


def _memory(probe: _Probe, part: int) -> Generator[Progress, None, _Line]:
    """What learning from several pictures at once takes."""
    few, more = min(part, FEW), min(part, MORE)
    low = probe.memory(few)
    yield Progress(0, 3)
    if more == few:
        return _Line(0.0, low / few)
    each = (probe.memory(more) - low) / (more - few)
    return _Line(low - few * each, each)


def _pace(probe: _Probe, params: TrainParams) -> Generator[Progress, None, tuple[float, float]]:
    """Seconds of the first step, with all that it prepares, and of each other one."""
    learner = probe.learner(params, MOST + 1)
    work = learner.work()
    first, busy, count = _timed(work, learner), 0.0, 0
    while count < FEWEST or (busy < SECONDS and count < MOST):
        yield Progress(1, 3)
        busy += _timed(work, learner)
        count += 1
    return first, busy / count


def _timed(work: Generator[None], learner: Learner) -> float:
    began = perf_counter()
    next(work)
    learner.settle()  # waits for the device
    return perf_counter() - began


def _exam_pace(probe: _Probe, params: TrainParams, test: Samples) -> float:
    """Seconds that the exam of a picture takes."""
    shown = _first(test, EXAMINED)
    work = probe.learner(params, 1, shown).work()
    next(work)  # the step before the exam
    began = perf_counter()
    for _ in work:
        pass
    return (perf_counter() - began) / len(shown)


def _first(samples: Samples, count: int) -> Samples:
    return replace(samples, pictures=samples.pictures[:count], labels=samples.labels[:count])
