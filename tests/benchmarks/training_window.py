"""What the window costs a training, beside the same training without a window."""

from __future__ import annotations

import threading
import time

import torch
from PySide6.QtCore import QEventLoop, QTimer

from core.data.datasets import load_samples
from core.network.loading import open_model
from core.training.settings import TrainParams
from core.training.train import train
from tests.benchmarks.timing import Row, quartiles
from tests.benchmarks.windows import open_window, train_lenet
from workbench.engine import threads_of

NAMES = (
    "training_window_cost",
    "training_window_cost_lower_quartile",
    "training_window_cost_upper_quartile",
)

PAIRS, SECONDS = 15, 2.0


def rows() -> list[Row]:
    """Percent of the steps a second that the window takes; as many torch threads on both sides."""
    costs = []
    bare = _Bare()
    with open_window() as (application, program):
        train_lenet(application, program)
        (job,) = [job for job in program.session.jobs.live if job.lane == "train"]
        for number in range(PAIRS):
            first = number % 2 == 0
            before = bare.rate() if not first else 0.0
            job.resume()
            program.session.freeze(False)
            begin, done = time.perf_counter(), job.latest.done
            _spin(SECONDS)
            with_window = (job.latest.done - done) / (time.perf_counter() - begin)
            job.pause()
            program.session.freeze(True)
            _spin(0.3)
            without = before or bare.rate()
            costs.append(100 * (1 - with_window / without))
    low, middle, high = quartiles(costs)
    figures = zip(NAMES, (middle, low, high), strict=True)
    return [Row(name, cost, unit="%") for name, cost in figures]


class _Bare:
    """The same training on a thread of its own, stepped for two seconds at a time."""

    def __init__(self) -> None:
        data = load_samples("fashion_mnist", "train"), load_samples("fashion_mnist", "test")
        self._steps = train(open_model("lenet5"), *data, TrainParams(epochs=1000), seed=0)
        self._count = 0

    def rate(self) -> float:
        """Steps a second."""
        begin, count = time.perf_counter(), self._count
        thread = threading.Thread(target=self._run, args=(begin + SECONDS,))
        thread.start()
        thread.join()
        return (self._count - count) / (time.perf_counter() - begin)

    def _run(self, end: float) -> None:
        torch.set_num_threads(threads_of("train"))
        while time.perf_counter() < end:
            self._count = next(self._steps).done


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
