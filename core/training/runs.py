"""Training runs on disk: a folder that can be gone on from, whatever ended it.

A run holds `model.json` (what the network is), `settings.json` (how it is trained),
`checkpoint.safetensors` (weights under their own names, and under "optimizer/" and "log/" all
else that training needs to go on) and `metrics.csv` (the curves).  Each file is written whole.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import Progress
from core.network.loading import CHECKPOINT, DESCRIPTION
from core.network.snapshot import Model, Snapshot, model_from_json, model_to_json
from core.network.weights import read_metadata, read_weights, write_weights
from core.options import values_of, with_values
from core.paths import written_whole
from core.results import Curves
from core.training.learner import Learner, TrainingState
from core.training.settings import Control, TrainParams
from core.training.train import TrainingReport, train

SETTINGS, METRICS = "settings.json", "metrics.csv"

#: The version of a run's files; a newer one is refused.
VERSION = 1

#: What `train` gives, and `record` hands on.
Training = Generator[Progress, Control | None, Snapshot]


@dataclass(frozen=True)
class RunSettings:
    """What a run was started with.  `data` names the data set; `steps` None: all epochs."""

    data: str
    params: TrainParams
    seed: int
    steps: int | None = None


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it was left: its settings, and the state to go on from."""

    settings: RunSettings
    state: TrainingState


def create_run(
    folder: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> Run:
    """Make the folder of a new run that starts from `snapshot`: all of it, or nothing.

    Raises UserError if it is there already, cannot be written, or what it is to train does not
    fit together.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"{folder} is there already; choose another place, or go on with it (--resume)."
        )
    learner = Learner(
        snapshot, data, test, settings.params, seed=settings.seed, steps=settings.steps
    )
    state = learner.state(learner.snapshot())
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
            made = Path(beside, "run")
            made.mkdir()
            _write_json(made / DESCRIPTION, model_to_json(state.snapshot.model))
            _write_json(made / SETTINGS, _settings_to_json(settings))
            _write_state(made, state)
            if folder.exists():
                folder.rmdir()  # it is empty; not every system renames onto a folder
            made.rename(folder)
    except OSError as error:
        raise UserError(
            f"The run {folder} could not be made ({error.strerror or error}); choose another place."
        ) from error
    return Run(settings, state)


def open_run(folder: Path) -> Run:
    """The run in a folder, as its last checkpoint has it.

    Raises UserError if there is none, it is damaged, or was written by a newer version.
    """
    if not (folder / SETTINGS).exists():
        raise UserError(f"The folder {folder} holds no training run: it has no {SETTINGS}.")
    try:
        settings = _settings_from_json(_read_json(folder / SETTINGS))
        model = model_from_json(_read_json(folder / DESCRIPTION))
        return Run(settings, _read_state(folder, model))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"The run {folder} is damaged ({error}); train anew.") from error


def train_run(
    folder: Path, run: Run, data: Samples, test: Samples, *, device: str = "cpu"
) -> Training:
    """Train from where the run is, and record it in its folder."""
    settings, state = run.settings, run.state
    training = train(
        state.snapshot,
        data,
        test,
        settings.params,
        seed=settings.seed,
        device=device,
        steps=settings.steps,
        resume=state,
    )
    return record(folder, training)


def record(folder: Path, training: Training) -> Training:
    """`training` itself, with a checkpoint in the run's folder whenever a report has a state.

    Raises UserError if one cannot be written: the run then holds the one before.
    """
    for stale in folder.glob(f".{CHECKPOINT}.*"):  # left by a program that was killed
        stale.unlink()
    saved = int(read_metadata(folder / CHECKPOINT)["step"])
    with closing(training):
        try:
            progress = next(training)
            while True:
                report = progress.partial
                if isinstance(report, TrainingReport) and report.state is not None:
                    saved = _save(folder, report, report.state, saved)
                progress = training.send((yield progress))
        except StopIteration as stop:
            result: Snapshot = stop.value
            return result


def _save(folder: Path, report: TrainingReport, state: TrainingState, saved: int) -> int:
    """Write what a report tells, and give its step; `saved` is the step of the last checkpoint."""
    try:
        _write_state(folder, state)
        saved = report.step
        with written_whole(folder / METRICS) as file:
            file.write(_metrics(report.curves))
    except UserError as error:
        cause = error.__cause__
        reason = cause.strerror if isinstance(cause, OSError) else error
        raise UserError(
            f"Step {report.step} could not be written to the run {folder} ({reason}); "
            f"it holds step {saved}, from which it can go on once there is space."
        ) from error
    return saved


def _write_state(folder: Path, state: TrainingState) -> None:
    tensors: dict[str, Tensor] = dict(state.snapshot.weights)
    tensors |= {f"optimizer/{name}": value for name, value in state.moments.items()}
    tensors |= {f"log/{name}": torch.from_numpy(value) for name, value in state.log.items()}
    metadata = {
        "step": str(state.snapshot.step),
        "metrics": json.dumps(state.snapshot.metrics),
        "params": json.dumps(values_of(state.params)),
        "seed": str(state.snapshot.seed),
    }
    write_weights(folder / CHECKPOINT, tensors, metadata)


def _read_state(folder: Path, model: Model) -> TrainingState:
    path = folder / CHECKPOINT
    parts: dict[str, dict[str, Tensor]] = {"": {}, "optimizer": {}, "log": {}}
    for name, value in read_weights(path).items():
        part, _, rest = name.partition("/") if "/" in name else ("", "", name)
        parts[part][rest] = value
    metadata = read_metadata(path)
    snapshot = Snapshot(
        model,
        parts[""],
        int(metadata["step"]),
        json.loads(metadata["metrics"]),
        int(metadata["seed"]),
    )
    params = with_values(TrainParams, json.loads(metadata["params"]))
    log = {name: value.numpy() for name, value in parts["log"].items()}
    return TrainingState(snapshot, params, parts["optimizer"], log)


def _settings_to_json(settings: RunSettings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "data": settings.data,
        "params": values_of(settings.params),
        "seed": settings.seed,
        "steps": settings.steps,
        "torch": torch.__version__,
    }


def _settings_from_json(data: Mapping[str, Any]) -> RunSettings:
    if data["version"] > VERSION:
        raise UserError(
            f"This run was written by a newer version (format {data['version']}, this one reads "
            f"up to {VERSION}); update CNN Workbench."
        )
    params = with_values(TrainParams, data["params"])
    return RunSettings(data["data"], params, data["seed"], data["steps"])


def _metrics(curves: Curves) -> bytes:
    """The curves as CSV: a row a step, empty where a curve has no value there."""
    named = {
        f"{panel}: {name}": dict(zip(line.x, line.y, strict=True))
        for panel, lines in curves.panels.items()
        for name, line in lines.items()
    }
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([curves.horizontal, *named])
    for step in sorted(set().union(*named.values())):
        writer.writerow([int(step), *(values.get(step, "") for values in named.values())])
    return table.getvalue().encode()


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    with written_whole(path) as file:
        file.write(json.dumps(data, indent=2).encode() + b"\n")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    return data
