"""The checkpoint of a run: all that training needs to go on, in one file that is written whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from core.network.run_files import CHECKPOINT
from core.network.snapshot import Model, Snapshot
from core.network.weights import mapped_weights, write_weights
from core.options import values_of, with_values
from core.training.learner import TrainingState
from core.training.settings import TrainParams
from core.training.train import TrainingReport

#: The numbers of a report that are noted beside the state.
NUMBERS = ("epoch", "epochs", "step", "steps", "steps_per_second", "seconds_left")


def numbers_of(report: TrainingReport) -> dict[str, float]:
    """How far a training is and how fast, by the names of `NUMBERS`."""
    return {name: getattr(report, name) for name in NUMBERS}


def write_checkpoint(folder: Path, state: TrainingState, numbers: Mapping[str, float]) -> None:
    """Keep a state in a run's folder, with the numbers of its report.

    Raises UserError if it cannot be written: the one before stays.
    """
    tensors: dict[str, Tensor] = dict(state.snapshot.weights)
    tensors |= {f"optimizer/{name}": value for name, value in state.moments.items()}
    tensors |= {f"log/{name}": torch.from_numpy(value) for name, value in state.log.items()}
    about = {
        "step": state.snapshot.step,
        "metrics": dict(state.snapshot.metrics),
        "params": values_of(state.params),
        "seed": state.snapshot.seed,
        "notes": state.notes,
        "numbers": dict(numbers),
    }
    metadata = {name: json.dumps(value) for name, value in about.items()}
    write_weights(folder / CHECKPOINT, tensors, metadata)


def read_checkpoint(folder: Path, model: Model) -> tuple[TrainingState, dict[str, float]]:
    """The state in a run's folder, and the numbers of its report.

    Both are of one moment, also while another process replaces them.
    Raises UserError if it is missing, and what parsing raises if it is damaged.
    """
    parts: dict[str, dict[str, Tensor]] = {"": {}, "optimizer": {}, "log": {}}
    tensors, metadata = mapped_weights(folder / CHECKPOINT)
    for name, value in tensors.items():
        part, _, rest = name.partition("/") if "/" in name else ("", "", name)
        parts[part][rest] = value.clone()  # as Windows does not replace a file that is mapped
    about = {name: json.loads(value) for name, value in metadata.items()}
    snapshot = Snapshot(model, parts[""], about["step"], about["metrics"], about["seed"])
    params = with_values(TrainParams, about["params"])
    log = {name: value.numpy() for name, value in parts["log"].items()}
    # those before notes and numbers were kept have none
    notes, numbers = tuple(about.get("notes", ())), about.get("numbers", {})
    return TrainingState(snapshot, params, parts["optimizer"], log, notes), numbers
