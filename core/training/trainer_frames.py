"""What goes to and from a process that trains: orders, news and results, as frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.data.augment import AugmentParams
from core.errors import UserError
from core.frames import Array, Frame
from core.jobs import Progress
from core.network.snapshot import Model, Snapshot, model_from_json, model_to_json
from core.options import values_of, with_values
from core.results import Curves, Series
from core.training.forecast import Forecast
from core.training.observation import Observation
from core.training.settings import Change, Control, Stop, TrainParams
from core.training.train import TrainingReport

#: The kinds of an order.
TRAIN, FORECAST = "train", "forecast"
#: The numbers of a TrainingReport.
_NUMBERS = ("epoch", "epochs", "step", "steps", "steps_per_second", "seconds_left")


@dataclass(frozen=True)
class Order:
    """What is to be trained: a network on the data set of a name, with torch on `threads`.

    With `watch` its reports have observations.  With a `folder` it is recorded there, as a new run;
    with `resume` the run that is there goes on, with its own settings and data.
    """

    snapshot: Snapshot
    data: str
    params: TrainParams
    seed: int = 0
    device: str = "cpu"
    threads: int = 1
    watch: bool = False
    folder: Path | None = None
    resume: bool = False


def order_frame(order: Order, kind: str = TRAIN) -> Frame:
    """An order as it is sent: to train, or only to forecast what that takes."""
    snapshot = order.snapshot
    data = {
        "kind": kind,
        "model": model_to_json(snapshot.model),
        "step": snapshot.step,
        "weights_seed": snapshot.seed,
        "samples": order.data,
        "params": values_of(order.params),
        "seed": order.seed,
        "device": order.device,
        "threads": order.threads,
        "watch": order.watch,
        "folder": str(order.folder) if order.folder is not None else None,
        "resume": order.resume,
    }
    return Frame(data, _arrays(snapshot.weights))


def read_order(frame: Frame) -> Order:
    """The order that was sent.  Raises UserError if a setting is out of range."""
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
        Path(data["folder"]) if data["folder"] is not None else None,
        data["resume"],
    )


def trained_on(ready: Frame, order: Order) -> Model:
    """The model with the names of the classes that it learns, as the process told them.

    Raises UserError if it told a problem.
    """
    if "problem" in ready.data:
        raise UserError(ready.data["problem"])
    classes = tuple(ready.data["classes"]) or order.snapshot.model.classes
    return replace(order.snapshot.model, classes=classes)


def forecast_frame(found: Forecast) -> Frame:
    """The answer to an order to forecast."""
    return Frame({"kind": "end", "forecast": asdict(found)})


def read_forecast(frame: Frame) -> Forecast:
    """What was forecast.  Raises UserError if the frame tells a problem."""
    if "problem" in frame.data:
        raise UserError(frame.data["problem"])
    return Forecast(**frame.data["forecast"])


def told_to_json(told: Control | None) -> dict[str, Any] | None:
    """What a training is told while it runs, as plain data."""
    return asdict(told) if told is not None else None


def read_told(data: Mapping[str, Any] | None) -> Control | None:
    """What a training was told."""
    if data is None:
        return None
    if "after_epoch" in data:
        return Stop(**data)
    augment = data["augment"] and with_values(AugmentParams, data["augment"])
    return Change(**{**data, "augment": augment})


def snapshot_frame(kind: str, snapshot: Snapshot, **data: Any) -> Frame:
    """A network's weights and standing, with other data; its model is known at both ends."""
    data |= {"kind": kind, "step": snapshot.step, "metrics": dict(snapshot.metrics)}
    return Frame(data, _arrays(snapshot.weights))


def progress_frame(news: Progress, sent: Observation | None) -> Frame:
    """An answer; the state to go on from stays with the trainer, as does what was `sent`."""
    counts = {"done": news.done, "total": news.total}
    report = news.partial
    if not isinstance(report, TrainingReport):
        return Frame({"kind": "progress", "progress": counts})
    numbers = {name: getattr(report, name) for name in _NUMBERS}
    data: dict[str, Any] = {"progress": counts, "numbers": numbers, "notes": report.notes}
    curves, arrays = _curves_to_frame(report.curves)
    data["curves"] = curves
    observation = newest_observation(news, sent)
    if observation is not None and observation is not sent:
        data["observation"], seen = observation.to_frame()
        arrays |= {f"/observation/{name}": array for name, array in seen.items()}
    frame = snapshot_frame("progress", report.snapshot, **data)
    return replace(frame, arrays={**frame.arrays, **arrays})


def read_progress(frame: Frame, model: Model, order: Order, known: Observation | None) -> Progress:
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


def newest_observation(news: Progress, known: Observation | None) -> Observation | None:
    """The newest observation once there is this news."""
    report = news.partial
    seen: Observation | None = report.observation if isinstance(report, TrainingReport) else None
    return known if seen is None else seen


def read_result(frame: Frame, model: Model, order: Order) -> Snapshot:
    """The trained network at the end of an order.  Raises UserError if it ended in a problem."""
    if "problem" in frame.data:
        raise UserError(frame.data["problem"])
    return _snapshot(frame, model, order)


def _snapshot(frame: Frame, model: Model, order: Order) -> Snapshot:
    """The network of an answer; all of one order name the same model."""
    weights = {name: array for name, array in frame.arrays.items() if not name.startswith("/")}
    step, metrics = frame.data["step"], frame.data["metrics"]
    return Snapshot(model, _tensors(weights), step, metrics, order.snapshot.seed)


def _arrays(weights: Mapping[str, Tensor]) -> dict[str, Array]:
    return {name: value.detach().cpu().numpy() for name, value in weights.items()}


def _tensors(arrays: Mapping[str, Array]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(array) for name, array in arrays.items()}
