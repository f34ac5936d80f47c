from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
import torch
from torch import nn

from core.data.source import Source
from core.document.document import Document
from core.document.project import open_project, save_project
from core.errors import UserError
from core.network.foreign.libraries import snapshot_of
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.subject import Subject


@pytest.fixture
def trained() -> Snapshot:
    fresh = open_model("lenet5", seed=7)
    weights = {name: value + 1 for name, value in Subject(fresh).module.state_dict().items()}
    return replace(fresh, weights=weights, step=12, metrics={"accuracy": 0.5})


@pytest.fixture
def document(trained: Snapshot) -> Document:
    return Document(
        model=trained.model,
        snapshot="snapshot-0",
        source=Source("sample", "fashion_mnist", "test", 3),
        layer="conv2",
        unit=5,
        cell=(1, 2),
        target=4,
        settings=(("occlusion", (("patch", 5), ("fill", "grey"))), ("dream", ())),
        pins=(("filters", "snapshot-1"),),
    )


def fixed_module() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())


def test_opens_what_was_saved(document: Document, trained: Snapshot, tmp_path: Path) -> None:
    trunk = open_model("lecture_sum")
    save_project(tmp_path / "work.cnnw", document, {"snapshot-0": trained, "snapshot-1": trunk})
    opened, snapshots = open_project(tmp_path / "work.cnnw")
    assert opened == document
    kept = snapshots["snapshot-0"]
    assert (kept.model, kept.step, kept.metrics, kept.seed) == (
        trained.model, 12, {"accuracy": 0.5}, 7,
    )  # fmt: skip
    for name, value in trained.weights.items():
        assert torch.equal(kept.weights[name], value)


def test_weights_that_come_with_a_preset_are_kept_as_its_name(tmp_path: Path) -> None:
    trunk = open_model("alexnet_trunk")
    document = Document(model=trunk.model, snapshot="a")
    save_project(tmp_path / "work.cnnw", document, {"a": trunk})
    assert (tmp_path / "work.cnnw").stat().st_size < 10_000
    _, snapshots = open_project(tmp_path / "work.cnnw")
    assert torch.equal(snapshots["a"].weights["conv1.weight"], trunk.weights["conv1.weight"])


def test_initial_weights_are_kept_as_their_seed(tmp_path: Path) -> None:
    fresh = open_model("lenet5", seed=3)
    save_project(tmp_path / "work.cnnw", Document(snapshot="a"), {"a": fresh})
    _, snapshots = open_project(tmp_path / "work.cnnw")
    again, first = (Subject(s).module.state_dict() for s in (snapshots["a"], fresh))
    assert all(torch.equal(again[name], value) for name, value in first.items())


def test_only_snapshots_that_the_document_names_are_kept(trained: Snapshot, tmp_path: Path) -> None:
    save_project(tmp_path / "w.cnnw", Document(snapshot="a"), {"a": trained, "b": trained})
    _, snapshots = open_project(tmp_path / "w.cnnw")
    assert list(snapshots) == ["a"]


def test_a_module_from_a_function_is_made_again_with_its_weights(tmp_path: Path) -> None:
    origin = f"{__name__}:fixed_module"
    module = open_model(origin, input_shape=(1, 8, 8), seed=1)
    save_project(tmp_path / "w.cnnw", Document(model=module.model, snapshot="a"), {"a": module})
    document, snapshots = open_project(tmp_path / "w.cnnw")
    assert document.model == snapshots["a"].model == module.model
    again, first = (Subject(s).module.state_dict() for s in (snapshots["a"], module))
    assert all(torch.equal(again[name], value) for name, value in first.items())


def test_a_module_without_a_name_cannot_be_kept_and_says_so(tmp_path: Path) -> None:
    handed_over = snapshot_of(fixed_module(), name="Mine", input_shape=(1, 8, 8))
    with pytest.raises(UserError, match="Mine was handed over by a program"):
        save_project(tmp_path / "w.cnnw", Document(snapshot="a"), {"a": handed_over})
    assert not (tmp_path / "w.cnnw").exists()


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_leaves_the_old_project(
    document: Document, trained: Snapshot, tmp_path: Path
) -> None:
    path = tmp_path / "work.cnnw"
    save_project(path, document, {"snapshot-0": trained})
    before = path.read_bytes()
    with files_limited_to(50_000), pytest.raises(UserError, match="nothing was changed"):
        save_project(path, replace(document, unit=0), {"snapshot-0": trained})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_truncated_project_is_told(document: Document, trained: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "work.cnnw"
    save_project(path, document, {"snapshot-0": trained})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError, match=r"work\.cnnw is not a project .* only a part"):
        open_project(path)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", b"PK\x03\x04" + b"\0" * 40])
def test_another_kind_of_file_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.cnnw").write_bytes(content)
    with pytest.raises(UserError, match="not a project"):
        open_project(tmp_path / "x.cnnw")


def test_a_missing_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be opened"):
        open_project(tmp_path / "x.cnnw")


def test_a_newer_project_is_refused_with_both_versions(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x.cnnw", "w") as archive:
        archive.writestr("document.json", json.dumps({"schema": 99}))
    with pytest.raises(UserError, match="format 99, this one reads up to 1"):
        open_project(tmp_path / "x.cnnw")


@pytest.mark.parametrize(("field", "value"), [("cell", [1]), ("cell", "ab"), ("unit", "first")])
def test_a_selection_that_is_none_is_damage(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "x.cnnw"
    save_project(path, Document(), {})
    with ZipFile(path) as archive:
        content = json.loads(archive.read("document.json"))
    content["document"][field] = value
    with ZipFile(path, "w") as archive:
        archive.writestr("document.json", json.dumps(content))
    with pytest.raises(UserError, match="not a project of CNN Workbench"):
        open_project(path)
