"""The moments of a training run that its folder keeps: snapshots on the way, and the last one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from core.errors import UserError
from core.network.run_files import CHECKPOINT, SNAPSHOTS
from core.network.snapshot import Model, Snapshot
from core.network.weights import mapped_weights, read_metadata, write_weights

_SUFFIX = ".safetensors"


def named_moment(text: str) -> tuple[Path, int] | None:
    """The folder and the step of "RUN@STEP"; None if `text` is anything else."""
    name, _, step = text.rpartition("@")
    folder = Path(name)
    if name and len(step) < 20 and step.isdecimal() and folder.is_dir():
        return folder, int(step)
    return None


def kept_steps(folder: Path) -> tuple[int, ...]:
    """The steps whose snapshots a folder of snapshots keeps, in order; none if it is not there."""
    names = (path.stem for path in folder.glob(f"*{_SUFFIX}"))
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def moment_file(folder: Path, step: int) -> Path:
    """Where a folder of snapshots keeps that of a step."""
    return folder / f"{step}{_SUFFIX}"


def last_step(folder: Path) -> int:
    """The step of a run's last checkpoint.  Raises UserError if that is missing or damaged."""
    try:
        return int(read_metadata(folder / CHECKPOINT)["step"])
    except (KeyError, ValueError) as error:
        kept = kept_steps(folder / SNAPSHOTS)
        why = (
            str(error) if isinstance(error, UserError) else f"The checkpoint is damaged ({error})."
        )
        look = f" Its moments can still be looked at, such as {folder}@{kept[-1]}." if kept else ""
        raise UserError(why + look) from error


def run_steps(folder: Path) -> tuple[int, ...]:
    """The steps at which a run can be looked at, the last checkpoint's among them.

    Raises UserError if it has none, or it is damaged.
    """
    return tuple(sorted({*kept_steps(folder / SNAPSHOTS), last_step(folder)}))


def moment_of_run(folder: Path, step: int, model: Model) -> Snapshot:
    """A run's network, which is `model`, as it was at a step.

    Raises UserError, naming the nearest that are, if that step is not kept, or is damaged.
    """
    path = moment_file(folder / SNAPSHOTS, step)
    if path.exists():  # whatever became of the checkpoint
        return read_moment(path, model)
    steps = run_steps(folder)
    if step not in steps:
        before = [f"{folder}@{kept}" for kept in steps if kept < step][-1:]
        after = [f"{folder}@{kept}" for kept in steps if kept > step][:1]
        raise UserError(
            f"The run {folder} keeps {len(steps)} moments, and step {step} is none of them; "
            f"the nearest: {' and '.join(before + after)}."
        )
    return read_last(folder, model)


def read_last(folder: Path, model: Model) -> Snapshot:
    """A run's network, which is `model`, as its last checkpoint has it.

    Raises UserError if that is missing or damaged.
    """
    last = read_moment(folder / CHECKPOINT, model)
    # copies, as Windows does not replace a file that is mapped
    return replace(last, weights={name: value.clone() for name, value in last.weights.items()})


def read_moment(path: Path, model: Model) -> Snapshot:
    """The network in a file of a run, its weights mapped into memory instead of read.

    Raises UserError if it is missing or damaged.
    """
    tensors, notes = mapped_weights(path)
    # what else training needs to go on is kept under names with a slash
    weights = {name: value for name, value in tensors.items() if "/" not in name}
    try:
        step, seed = int(notes["step"]), int(notes["seed"])
        return Snapshot(model, weights, step, json.loads(notes["metrics"]), seed)
    except (KeyError, ValueError) as error:
        raise UserError(f"{path} is no snapshot of a run: {error} is missing or wrong.") from error


def write_moment(path: Path, snapshot: Snapshot) -> None:
    """Keep how a network is; it may be lost if the power fails within seconds.

    Raises UserError if it cannot be written.
    """
    notes = {
        "step": str(snapshot.step),
        "metrics": json.dumps(dict(snapshot.metrics)),
        "seed": str(snapshot.seed),
    }
    write_weights(path, snapshot.weights, notes, durable=False)
