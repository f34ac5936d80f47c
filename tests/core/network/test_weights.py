from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.network.weights import read_metadata, read_weights, write_weights

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2)}


class Command:
    """A pickle of this runs a command when it is loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("ran",)


def test_written_weights_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    write_weights(path, WEIGHTS, {"step": "12"})
    read = read_weights(path)
    assert all(read[name].equal(value) for name, value in WEIGHTS.items())
    assert read.keys() == WEIGHTS.keys()
    assert read_metadata(path) == {"step": "12"}


def test_tensors_that_share_memory_or_are_not_contiguous_are_written(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    base = torch.arange(6.0).reshape(2, 3)
    write_weights(path, {"a": base, "b": base, "c": base.T})
    assert read_weights(path)["c"].equal(base.T)


@pytest.mark.parametrize(
    "content",
    [
        WEIGHTS,
        {"state_dict": WEIGHTS, "epoch": 3},
        {"net": WEIGHTS, "lr": torch.tensor(0.1)},
        {"model": {"state_dict": WEIGHTS}},
        {"model_ema": WEIGHTS, "model": {"a.weight": torch.zeros(2, 3)}},
        WEIGHTS | {"_extra_state": None},
    ],
    ids=["state dict", "wrapped", "net", "twice wrapped", "averaged", "extra state"],
)
def test_torch_files_of_tensors_are_read(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "weights.pth"
    torch.save(content, path)
    read = read_weights(path)
    assert {name: value.tolist() for name, value in read.items()} == {
        name: value.tolist() for name, value in WEIGHTS.items()
    }


@pytest.mark.parametrize("save", [torch.save, lambda it, path: path.write_bytes(pickle.dumps(it))])
@pytest.mark.parametrize("content", [{"a": Command()}, nn.Linear(2, 2)], ids=["code", "module"])
def test_a_pickle_with_code_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Any, content: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "weights.pt"
    save(content, path)
    with pytest.raises(UserError, match=r"holds Python code or objects.*as safetensors"):
        read_weights(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_part_of_a_file_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pt":
        torch.save(WEIGHTS, path)
    else:
        write_weights(path, WEIGHTS)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UserError, match=r"weights\.\w+ is not a file of weights, or only a part"):
        read_weights(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_text("These are not the weights you are looking for.")
    with pytest.raises(UserError, match="is not a file of weights"):
        read_weights(path)


def test_a_file_without_tensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    torch.save({"epoch": 3}, path)
    with pytest.raises(UserError, match="holds no tensors by name"):
        read_weights(path)


@pytest.mark.parametrize("read", [read_weights, read_metadata])
def test_a_missing_file_is_named(tmp_path: Path, read: Any) -> None:
    with pytest.raises(UserError, match=r"none\.safetensors could not be read"):
        read(tmp_path / "none.safetensors")


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be written"):
        write_weights(tmp_path / "none" / "weights.safetensors", WEIGHTS)
