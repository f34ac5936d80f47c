"""Training in a process of its own: a second interpreter, so that a window does not slow it down.

Threads of one process take turns at the interpreter: a network that trains beside a window that
draws loses a third of its steps, and the window its calm.  The trainer is driven by frames on its
standard input and answers on its standard output; it ends with the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import IO, Any

import torch
from torch import Tensor

from core.data.augment import AugmentParams
from core.data.datasets import Samples, load_samples
from core.errors import UserError
from core.frames import Array, Frame, read_frame, write_frame
from core.jobs import Progress
from core.network.snapshot import Model, Snapshot, model_from_json, model_to_json
from core.options import values_of, with_values
from core.paths import SERVE
from core.results import Curves, Series
from core.training.fitting import trainable_spec
from core.training.observation import Observation
from core.training.settings import Change, Control, Stop, TrainParams
from core.training.train import TrainingReport, train
from core.training.watcher import Watcher

#: How long it works between two answers, in s: what a pause may take.
SLICE = 0.05


@dataclass(frozen=True)
class Hold:
    """Sent to a training: report what is under way, and begin nothing before the next step."""


@dataclass(frozen=True)
class Single:
    """Sent to a training that holds: take one step."""


@dataclass(frozen=True)
class Order:
    """What is to be trained: a network on the data set of a name, with torch on `threads`.

    With `watch` its reports have observations.
    """

    snapshot: Snapshot
    data: str
    params: TrainParams
    seed: int = 0
    device: str = "cpu"
    threads: int = 1
    watch: bool = False


Told = Control | Hold | Single


class Trainer:
    """The process; belongs to one thread, and has one order at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        )
        self._under_way = 0

    @property
    def process_id(self) -> int:
        """By which the system knows it."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can take an order."""
        return self._process.poll() is None

    def train(self, order: Order) -> Generator[Progress, Told | None, Snapshot]:
        """The reports of an order, as those of `train`, and the trained network.

        One yield stands for a slice of time with many steps: the report is the newest, with the
        newest TrainingReport of that time.  It works one slice ahead of the reports.  It takes
        what `train` takes, and `Hold` and `Single`.  Closing the generator ends the process.
        Raises what `train` raises, and UserError if the process dies.
        """
        self._under_way, ended, news = 0, False, Progress(0, 0)
        seen: Observation | None = None
        try:
            self._send(_order_frame(order))
            told = yield Progress(0, 0, label="Starting the training process")
            model = _trained_on(read_frame(self._output), order)
            while True:
                news = replace(news, partial=None)
                for answer in self._answers(told):
                    if answer.data["kind"] == "end":
                        ended = True
                        if news.partial is not None:
                            yield news
                        return _result(answer, model, order)
                    news = _newest(news, _progress(answer, model, order, seen))
                    seen = _observation(news, seen)
                told = yield news
        except (EOFError, BrokenPipeError) as error:
            raise UserError(
                f"The training process ended by itself after step {news.done:,} (exit code "
                f"{self._process.wait()}); what it had reported is kept. It may have run out of "
                "memory: choose a smaller batch."
            ) from error
        finally:
            if not ended:
                self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None and not end.closed:
                _close(end)

    def _answers(self, told: Told | None) -> Generator[Frame]:
        """The next answer; all that is under way after a Hold or a Single."""
        if isinstance(told, (Hold, Single)):
            if isinstance(told, Single):
                self._go(single=True)
            while self._under_way:
                yield self._receive()
            return
        self._go(told)
        if self._under_way < 2:  # after a hold: one slice ahead again
            self._go()
        yield self._receive()

    def _go(self, told: Control | None = None, single: bool = False) -> None:
        """Leave to run for a slice, or a step."""
        self._under_way += 1
        self._send(Frame({"told": _told_to_json(told), "single": single}))

    def _send(self, frame: Frame) -> None:
        assert self._process.stdin is not None  # it is a pipe
        write_frame(self._process.stdin, frame)

    def _receive(self) -> Frame:
        self._under_way -= 1
        return read_frame(self._output)

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # it is a pipe
        return self._process.stdout


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
        order = _order(frame)
        torch.set_num_threads(order.threads)
        data, test = (load_samples(order.data, split) for split in ("train", "test"))
        write_frame(answers, Frame({"kind": "ready", "classes": data.classes}))
        steps = _training(order, data, test)
        sent: Observation | None = None
        while True:
            leave = read_frame(orders).data
            news = _slice(steps, _told(leave["told"]), leave["single"])
            write_frame(answers, _progress_frame(news, sent))
            sent = _observation(news, sent)
    except StopIteration as stop:
        return _snapshot_frame("end", stop.value)
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


def _order_frame(order: Order) -> Frame:
    snapshot = order.snapshot
    data = {
        "kind": "order",
        "model": model_to_json(snapshot.model),
        "step": snapshot.step,
        "weights_seed": snapshot.seed,
        "samples": order.data,
        "params": values_of(order.params),
        "seed": order.seed,
        "device": order.device,
        "threads": order.threads,
        "watch": order.watch,
    }
    return Frame(data, _arrays(snapshot.weights))


def _order(frame: Frame) -> Order:
    data = frame.data
    model = model_from_json(data["model"])
    snapshot = Snapshot(model, _tensors(frame.arrays), step=data["step"], seed=data["weights_seed"])
    params = with_values(TrainParams, data["params"])
    return Order(
        snapshot,
        data["samples"],
        params,
        data["seed"],
        data["device"],
        data["threads"],
        data["watch"],
    )


def _trained_on(ready: Frame, order: Order) -> Model:
    """The model with the names of the classes that it learns."""
    if "problem" in ready.data:
        raise UserError(ready.data["problem"])
    classes = tuple(ready.data["classes"]) or order.snapshot.model.classes
    return replace(order.snapshot.model, classes=classes)


def _told_to_json(told: Control | None) -> dict[str, Any] | None:
    if isinstance(told, Stop):
        return {}
    return asdict(told) if told is not None else None


def _told(data: Mapping[str, Any] | None) -> Control | None:
    if data is None:
        return None
    if not data:
        return Stop()
    augment = data["augment"] and with_values(AugmentParams, data["augment"])
    return Change(**{**data, "augment": augment})


def _snapshot_frame(kind: str, snapshot: Snapshot, **data: Any) -> Frame:
    data |= {"kind": kind, "step": snapshot.step, "metrics": dict(snapshot.metrics)}
    return Frame(data, _arrays(snapshot.weights))


def _progress_frame(news: Progress, sent: Observation | None) -> Frame:
    """An answer; the state to go on from stays with the trainer, as does what was `sent`."""
    counts = {"done": news.done, "total": news.total}
    report = news.partial
    if not isinstance(report, TrainingReport):
        return Frame({"kind": "progress", "progress": counts})
    numbers = {name: getattr(report, name) for name in _NUMBERS}
    data: dict[str, Any] = {"progress": counts, "numbers": numbers, "notes": report.notes}
    curves, arrays = _curves_to_frame(report.curves)
    data["curves"] = curves
    observation = _observation(news, sent)
    if observation is not None and observation is not sent:
        data["observation"], seen = observation.to_frame()
        arrays |= {f"/observation/{name}": array for name, array in seen.items()}
    frame = _snapshot_frame("progress", report.snapshot, **data)
    return replace(frame, arrays={**frame.arrays, **arrays})


def _progress(frame: Frame, model: Model, order: Order, known: Observation | None) -> Progress:
    """What an answer tells; `known` is the newest observation before it."""
    data = frame.data
    counts = data["progress"]
    if "numbers" not in data:
        return Progress(counts["done"], counts["total"])
    report = TrainingReport(
        curves=_curves(data["curves"], frame.arrays),
        snapshot=_snapshot(frame, model, order),
        notes=tuple(data["notes"]),
        observation=_observed(frame) if "observation" in data else known,
        **data["numbers"],
    )
    return Progress(counts["done"], counts["total"], report)


def _curves_to_frame(curves: Curves) -> tuple[dict[str, Any], dict[str, Array]]:
    series = {
        f"{panel}/{name}": line
        for panel, lines in curves.panels.items()
        for name, line in lines.items()
    }
    arrays = {f"/x/{name}": line.x for name, line in series.items()}
    arrays |= {f"/y/{name}": line.y for name, line in series.items()}
    return {"horizontal": curves.horizontal, "names": list(series)}, arrays


def _curves(data: Mapping[str, Any], arrays: Mapping[str, Array]) -> Curves:
    panels: dict[str, dict[str, Series]] = {}
    for key in data["names"]:
        panel, _, name = key.rpartition("/")
        panels.setdefault(panel, {})[name] = Series(arrays[f"/x/{key}"], arrays[f"/y/{key}"])
    return Curves(data["horizontal"], panels)


def _observed(frame: Frame) -> Observation:
    start = "/observation/"
    arrays = {name[len(start) :]: a for name, a in frame.arrays.items() if name.startswith(start)}
    return Observation.from_frame(frame.data["observation"], arrays)


def _observation(news: Progress, known: Observation | None) -> Observation | None:
    """The newest observation once there is this news."""
    report = news.partial
    seen: Observation | None = report.observation if isinstance(report, TrainingReport) else None
    return known if seen is None else seen


def _result(frame: Frame, model: Model, order: Order) -> Snapshot:
    if "problem" in frame.data:
        raise UserError(frame.data["problem"])
    return _snapshot(frame, model, order)


def _snapshot(frame: Frame, model: Model, order: Order) -> Snapshot:
    """The network of an answer; all of one order name the same model."""
    weights = {name: array for name, array in frame.arrays.items() if not name.startswith("/")}
    step, metrics = frame.data["step"], frame.data["metrics"]
    return Snapshot(model, _tensors(weights), step, metrics, order.snapshot.seed)


def _newest(old: Progress, new: Progress) -> Progress:
    return replace(new, partial=old.partial) if new.partial is None else new


def _arrays(weights: Mapping[str, Tensor]) -> dict[str, Array]:
    return {name: value.detach().cpu().numpy() for name, value in weights.items()}


def _tensors(arrays: Mapping[str, Array]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


#: The numbers of a TrainingReport.
_NUMBERS = ("epoch", "epochs", "step", "steps", "steps_per_second", "seconds_left")


def _command() -> list[str]:
    """How this program starts itself as a trainer."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SERVE]
    return [sys.executable, "-c", "from core.training.trainer import serve; serve()"]


def _environment() -> dict[str, str]:
    """The environment of the process, in which it finds our packages as this one does."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for frames alone; what else is printed goes to the errors."""
    orders = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return orders, answers


def _close(end: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # what was still to be sent
        end.close()
