"""Weights in files: safetensors, and torch's own files as long as they hold nothing but tensors."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.errors import UserError
from core.network.network import Network
from core.network.spec import ModelSpec
from core.paths import written_whole

#: Under these names programs keep a state dict beside other things; first those that hold the
#: averages of weights over the end of training, which programs test with.
_WRAPPINGS = (
    "state_dict_ema", "model_ema", "ema_state_dict", "ema", "state_dict", "model_state_dict",
    "model", "net", "network", "weights", "params",
)  # fmt: skip

#: How a zip, and a pickle, begin.
_STARTS = (b"PK", b"\x80")

#: What reading a file raises that is cut short, or of another kind.
_DAMAGE = (SafetensorError, RuntimeError, EOFError, LookupError, ValueError, AttributeError)


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, or of one that torch.save wrote, by name, on the CPU.

    Where a training program kept more beside a state dict, it is that one; averaged weights come
    before others.
    Raises UserError if it is missing, damaged, holds no tensors, or is a pickle with more than
    tensors in it, which could run code and is not loaded.
    """
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load(path.read_bytes())
        return _tensors_of(path, _unpickled(path))
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    except _DAMAGE as error:
        raise UserError(
            f"{path.name} is not a file of weights, or only a part of one; fetch or save it again."
        ) from error


def read_metadata(path: Path) -> dict[str, str]:
    """What was noted beside the weights of a safetensors file.

    Raises UserError if it is missing or damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path} could not be read as a file of weights: {error}.") from error


def mapped_weights(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a safetensors file, and what was noted beside them, without reading it.

    The system reads a value where it is first looked at, and gives the memory back where it is
    short; the tensors stay good when the file is replaced or removed.
    Raises UserError if it is missing or damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path} could not be read as a file of weights: {error}.") from error


def write_weights(
    path: Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str] | None = None,
    *,
    durable: bool = True,
) -> None:
    """Write tensors as a safetensors file, whole or not at all; `durable` as in `written_whole`.

    Raises UserError if it cannot be written.
    """
    # copies, as safetensors refuses tensors that share memory
    own = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    with written_whole(path, durable=durable) as file:
        file.write(safetensors.torch.save(own, dict(metadata or {})))


def state_of(spec: ModelSpec) -> dict[str, Tensor]:
    """The names and shapes of a network's weights, as tensors that hold no memory.

    Raises UserError if a layer does not fit.
    """
    with torch.device("meta"):
        return Network(spec).state_dict()


def in_order(spec: ModelSpec, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Another program's tensors under the names of this network, matched in order and shape.

    Raises ValueError if they do not match: the two are not the same network.
    """
    wanted = state_of(spec)
    shapes = [value.shape for value in wanted.values()]
    if shapes != [value.shape for value in tensors.values()]:
        raise ValueError(f"these weights are not those of {spec.name}")
    return dict(zip(wanted, tensors.values(), strict=True))


def _unpickled(path: Path) -> Any:
    with path.open("rb") as file:
        if not file.read(2).startswith(_STARTS):
            raise ValueError("neither a zip nor a pickle")
    try:
        with warnings.catch_warnings():
            # about pickles and TorchScript; the answer to both is the error that follows
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(path, "cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "TorchScript" not in str(error):
            raise
        raise UserError(
            f"{path.name} is a pickle that holds Python code or objects, which is not loaded; "
            "save its state_dict as safetensors where it comes from."
        ) from error


def _tensors_of(path: Path, content: Any) -> dict[str, Tensor]:
    """The state dict in what a file holds, without the wrappings of training programs."""
    if isinstance(content, Mapping):
        for name in _WRAPPINGS:
            if isinstance(content.get(name), Mapping):
                return _tensors_of(path, content[name])
    items = content.items() if isinstance(content, Mapping) else ()
    found = {str(name): value for name, value in items if isinstance(value, Tensor)}
    if not found:
        raise UserError(f"{path.name} holds no tensors by name; save a network's state_dict.")
    return found
