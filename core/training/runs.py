"""Training runs on disk: a folder that can be gone on from, whatever ended it.

A run holds `model.json` (what the network is), `settings.json` (how it is trained),
`checkpoint.safetensors` (weights under their own names, and under "optimizer/" and "log/" all
else that training needs to go on), `metrics.csv` (the curves), `observed.safetensors` (what was
observed inside), `snapshots` (how the network was on the way) and `lock` (which process trains
it).  Each file is written whole.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.data.datasets import Samples
from core.errors import UserError
from core.network.moments import last_step
from core.network.run_files import CHECKPOINT, DESCRIPTION
from core.network.snapshot import Model, Snapshot, model_from_json, model_to_json
from core.options import values_of, with_values
from core.paths import runs_folder, written_whole
from core.training.catalogue import Catalogue, Entry, State
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.distributed import Team
from core.training.learner import Learner, TrainingState
from core.training.lock import is_trained, locked
from core.training.observer import Observer
from core.training.recorder import Training, recorded
from core.training.settings import TrainParams
from core.training.train import train
from core.versions import versions

SETTINGS = "settings.json"

#: The version of a run's files; a newer one is refused.
VERSION = 1

#: A run of more steps would never end, and its log fills the memory.
_MOST_STEPS = 10**9


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
    folder: Path,
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    settings: RunSettings,
    *,
    device: str = "cpu",
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
        snapshot,
        data,
        test,
        settings.params,
        seed=settings.seed,
        device=device,
        steps=settings.steps,
    )
    state = learner.state(learner.snapshot())
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
            made = Path(beside, "run")
            made.mkdir()
            _write_json(made / DESCRIPTION, model_to_json(state.snapshot.model))
            _write_json(made / SETTINGS, _settings_to_json(settings))
            write_checkpoint(made, state, _numbers_at_start(learner))
            if folder.exists():
                folder.rmdir()  # it is empty; not every system renames onto a folder
            made.rename(folder)
    except OSError as error:
        raise UserError(
            f"The run {folder} could not be made ({error.strerror or error}); choose another place."
        ) from error
    return Run(settings, state)


def new_run_folder(model: Model) -> Path:
    """Where a run of a network may lie that was given no place: named after it, and numbered."""
    stem = re.sub(r"[^\w.-]+", "-", model.name).strip("-.").lower() or "run"
    places = (runs_folder() / f"{stem}-{number}" for number in count(1))
    return next(folder for folder in places if not folder.exists())


def open_run(folder: Path) -> Run:
    """The run in a folder, as its last checkpoint has it.

    Raises UserError if there is none, it is damaged, or was written by a newer version.
    """
    run, _ = _read_run(folder)
    return run


def run_settings(folder: Path) -> RunSettings:
    """What a run was started with.

    Raises UserError if the folder holds none, it is damaged, or was written by a newer version.
    """
    if not (folder / SETTINGS).exists():
        raise UserError(f"The folder {folder} holds no training run: it has no {SETTINGS}.")
    with _told_if_damaged(folder):
        return _settings_from_json(_read_json(folder / SETTINGS))


def run_model(folder: Path) -> Model:
    """What the network of a run is.  Raises UserError if its description cannot be read."""
    return model_from_json(_read_json(folder / DESCRIPTION))


def train_run(
    folder: Path,
    run: Run,
    data: Samples,
    test: Samples,
    *,
    device: str = "cpu",
    catalogue: Catalogue | None = None,
    team: Team | None = None,
    observer: Observer | None = None,
) -> Training:
    """Train from where the run is, and record it in its folder: see `record`.

    Of a `team` only the process that leads records it; for the others the folder may be elsewhere.
    """
    if team is not None and not team.leads:
        return (yield from _trained(run, data, test, device, team, observer))
    with locked(folder):
        if last_step(folder) != run.state.snapshot.step:
            run = open_run(folder)  # another process went on with it before it was locked
        training = _trained(run, data, test, device, team, observer)
        where = device if team is None or team.size == 1 else f"{team.size} x {device}"
        return (yield from _recorded(folder, training, where, catalogue))


def record(
    folder: Path, training: Training, *, device: str = "cpu", catalogue: Catalogue | None = None
) -> Training:
    """`training` itself, kept in the run's folder, and told of in the catalogue.

    Whenever a report has a state there is a checkpoint, and there are snapshots between them.
    Raises UserError if another process trains that run, or a checkpoint cannot be written: the
    run then holds the one before.
    """
    with locked(folder):
        return (yield from _recorded(folder, training, device, catalogue))


def entry_of(folder: Path, *, device: str = "cpu") -> Entry:
    """What the catalogue tells of a run, from its folder alone.

    Raises UserError if it holds none, or it is damaged.
    """
    run, numbers = _read_run(folder)
    snapshot, settings = run.state.snapshot, run.settings
    steps = int(numbers.get("steps", snapshot.step))
    about = _read_json(folder / SETTINGS)
    state = _state_of(folder, snapshot.step, steps)
    return Entry(
        folder=folder.resolve(),
        model=snapshot.model.name,
        spec=snapshot.model.spec.to_json() if snapshot.model.spec is not None else {},
        data=settings.data,
        settings=values_of(run.state.params),
        seed=settings.seed,
        versions=about.get("versions", {}),
        started=about.get("started", (folder / SETTINGS).stat().st_mtime),
        device=device,
        step=snapshot.step,
        steps=steps,
        metrics=snapshot.metrics,
        notes=run.state.notes,
        state=state,
        ended=None if state == "running" else (folder / CHECKPOINT).stat().st_mtime,
    )


def _state_of(folder: Path, step: int, steps: int) -> State:
    """How a run was left, as far as its folder tells."""
    if is_trained(folder):
        return "running"
    return "done" if step >= steps else "stopped"


def _recorded(
    folder: Path, training: Training, device: str, catalogue: Catalogue | None
) -> Training:
    entry = entry_of(folder, device=device)
    return recorded(folder, training, run_model(folder), entry, catalogue or Catalogue())


def _trained(
    run: Run,
    data: Samples,
    test: Samples,
    device: str,
    team: Team | None,
    observer: Observer | None,
) -> Training:
    return train(
        run.state.snapshot,
        data,
        test,
        run.settings.params,
        seed=run.settings.seed,
        device=device,
        steps=run.settings.steps,
        resume=run.state,
        observer=observer,
        team=team,
    )


def _read_run(folder: Path) -> tuple[Run, dict[str, float]]:
    """The run in a folder, and the numbers of its last report."""
    settings = run_settings(folder)
    with _told_if_damaged(folder):
        state, numbers = read_checkpoint(folder, run_model(folder))
        return Run(settings, state), numbers


@contextmanager
def _told_if_damaged(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"The run {folder} is damaged ({error}); train anew.") from error


def _numbers_at_start(learner: Learner) -> dict[str, float]:
    """What a report would tell before the first step."""
    epochs = ceil(learner.steps / learner.per_epoch)
    return {"epoch": 1, "epochs": epochs, "step": 0, "steps": learner.steps}


def _settings_to_json(settings: RunSettings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "data": settings.data,
        "params": values_of(settings.params),
        "seed": settings.seed,
        "steps": settings.steps,
        "started": time.time(),
        "versions": versions(),
    }


def _settings_from_json(data: Mapping[str, Any]) -> RunSettings:
    if data["version"] > VERSION:
        raise UserError(
            f"This run was written by a newer version (format {data['version']}, this one reads "
            f"up to {VERSION}); update CNN Workbench."
        )
    params = with_values(TrainParams, dict(data["params"]))
    steps = data["steps"]
    if not isinstance(data["data"], str) or not isinstance(data["seed"], int):
        raise TypeError("its data set or its seed is of another form")
    if steps is not None and not (isinstance(steps, int) and 1 <= steps <= _MOST_STEPS):
        raise ValueError(f"{steps!r} steps cannot be")
    return RunSettings(data["data"], params, data["seed"], steps)


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    with written_whole(path) as file:
        file.write(json.dumps(data, indent=2).encode() + b"\n")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    return data
