"""The newest observation of a run, kept in its folder for whoever watches or opens it."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from core.errors import UserError
from core.network.weights import mapped_weights, write_weights
from core.training.observation import Observation

#: The file of a run's folder that holds it.
OBSERVED = "observed.safetensors"


def write_observed(folder: Path, observation: Observation) -> None:
    """Keep what was observed last.  Raises UserError if it cannot be written."""
    data, arrays = observation.to_frame()
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    write_weights(folder / OBSERVED, tensors, {"observation": json.dumps(data)}, durable=False)


def read_observed(folder: Path) -> Observation | None:
    """What was observed last; None where nothing was, or the file is damaged.

    A run goes on and is looked at without it.
    """
    try:
        tensors, notes = mapped_weights(folder / OBSERVED)
        # copies, as Windows does not replace a file that is mapped
        arrays = {name: tensor.clone().numpy() for name, tensor in tensors.items()}
        return Observation.from_frame(json.loads(notes["observation"]), arrays)
    except (UserError, KeyError, TypeError, ValueError):
        return None
