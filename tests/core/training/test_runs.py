from __future__ import annotations

import csv
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from random import Random

import pytest
import torch

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.loading import open_model
from core.network.moments import kept_steps
from core.network.snapshot import Snapshot
from core.network.weights import read_weights
from core.training import train as training_module
from core.training.catalogue import Catalogue
from core.training.runs import Run, RunSettings, create_run, entry_of, open_run, train_run
from core.training.settings import Change, Stop, TrainParams
from core.training.train import train
from tests.core.training.processes import started, train_to_the_end

#: How often a run is killed before it may end.
KILLS = 8


@pytest.fixture
def settings(params: TrainParams) -> RunSettings:
    return RunSettings("quarters", params, seed=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "first"


@pytest.fixture
def run(
    folder: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> Run:
    return create_run(folder, snapshot, data, test, settings)


def same(ours: Snapshot, theirs: Snapshot) -> bool:
    return ours.weights.keys() == theirs.weights.keys() and all(
        torch.equal(value, theirs.weights[name]) for name, value in ours.weights.items()
    )


def break_off(folder: Path, run: Run, data: Samples, test: Samples) -> None:
    """Train up to the first checkpoint and a few steps more, which are lost."""
    training = train_run(folder, run, data, test)
    while open_run(folder).state.snapshot.step == 0:
        next(training)
    for _ in range(3):
        next(training)
    training.close()


def test_a_new_run_holds_the_network_as_it_starts(folder: Path, run: Run, data: Samples) -> None:
    opened = open_run(folder)

    assert opened.settings == run.settings
    assert opened.state.snapshot.model == run.state.snapshot.model
    assert opened.state.snapshot.model.classes == data.classes
    assert opened.state.snapshot.step == 0
    assert same(opened.state.snapshot, run.state.snapshot)


def test_recording_changes_nothing(
    folder: Path,
    run: Run,
    snapshot: Snapshot,
    data: Samples,
    test: Samples,
    settings: RunSettings,
) -> None:
    recorded = finish(train_run(folder, run, data, test))

    assert same(recorded, finish(train(snapshot, data, test, settings.params, seed=7)))


def test_the_last_checkpoint_is_the_end(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    trained = finish(train_run(folder, run, data, test))
    opened = open_model(str(folder))

    assert same(opened, trained)
    assert opened.step == trained.step == 16
    assert opened.model.classes == data.classes
    assert open_run(folder).state.snapshot.metrics == trained.metrics


def test_a_run_broken_off_ends_as_the_unbroken_one(
    tmp_path: Path, folder: Path, run: Run, snapshot: Snapshot, data: Samples, test: Samples
) -> None:
    whole = create_run(tmp_path / "whole", snapshot, data, test, run.settings)
    expected = finish(train_run(tmp_path / "whole", whole, data, test))
    break_off(folder, run, data, test)

    resumed = open_run(folder)

    assert resumed.state.snapshot.step == 8
    assert same(finish(train_run(folder, resumed, data, test)), expected)
    assert (folder / "metrics.csv").read_text() == (tmp_path / "whole/metrics.csv").read_text()


def test_a_changed_rate_is_kept_in_the_checkpoint_and_noted_in_the_catalogue(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    training = train_run(folder, run, data, test)
    next(training)
    training.send(Change(rate=0.02))
    finish(training)

    assert open_run(folder).state.params.rate == 0.02
    assert open_run(folder).settings.params.rate == 0.01
    (entry,) = Catalogue().list()
    assert entry.notes == ("From step 2: Learning rate 0.02.",)


def test_a_finished_run_has_nothing_left_to_learn(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    trained = finish(train_run(folder, run, data, test))

    assert same(finish(train_run(folder, open_run(folder), data, test)), trained)


def test_metrics_are_a_table(folder: Path, run: Run, data: Samples, test: Samples) -> None:
    finish(train_run(folder, run, data, test))

    rows = list(csv.DictReader((folder / "metrics.csv").read_text().splitlines()))

    assert [int(row["Step"]) for row in rows] == list(range(1, 17))
    assert [row["Step"] for row in rows if row["Accuracy, %: test"]] == ["8", "16"]


def test_an_existing_folder_is_refused(
    folder: Path, run: Run, snapshot: Snapshot, data: Samples, test: Samples
) -> None:
    with pytest.raises(UserError, match="is there already"):
        create_run(folder, snapshot, data, test, run.settings)


def test_an_empty_folder_is_taken(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> None:
    create_run(tmp_path, snapshot, data, test, settings)

    assert open_run(tmp_path).settings == settings


def test_what_does_not_fit_leaves_no_folder(
    folder: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> None:
    too_large = replace(settings, params=replace(settings.params, batch=64))

    with pytest.raises(UserError, match="64 is larger"):
        create_run(folder, snapshot, data, test, too_large)

    assert not folder.exists()


def test_what_a_killed_program_left_is_swept_away(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    (folder / "snapshots").mkdir()
    for name in (".checkpoint.safetensors.abc", "snapshots/.7.safetensors.abc"):
        (folder / name).write_bytes(b"half a file")

    finish(train_run(folder, run, data, test))

    assert sorted(path.name for path in folder.iterdir()) == [
        "checkpoint.safetensors",
        "lock",
        "metrics.csv",
        "model.json",
        "settings.json",
        "snapshots",
    ]
    assert list((folder / "snapshots").glob(".*")) == []


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"has no settings\.json"):
        open_run(tmp_path)


def test_a_truncated_checkpoint_is_refused(folder: Path, run: Run) -> None:
    checkpoint = folder / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])

    with pytest.raises(UserError, match=r"checkpoint\.safetensors"):
        open_run(folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"version": 1}'])
def test_damaged_settings_are_refused(folder: Path, run: Run, text: str) -> None:
    (folder / "settings.json").write_text(text)

    with pytest.raises(UserError, match="damaged"):
        open_run(folder)


@pytest.mark.parametrize(
    "changes",
    [{"data": 3}, {"seed": "x"}, {"steps": "8"}, {"steps": 0}, {"steps": 10**12}, {"params": 5}],
)
def test_settings_of_another_form_are_refused(
    folder: Path, run: Run, changes: dict[str, object]
) -> None:
    data = json.loads((folder / "settings.json").read_text())
    (folder / "settings.json").write_text(json.dumps(data | changes))

    with pytest.raises(UserError, match="damaged"):
        open_run(folder)


def test_a_newer_run_is_refused(folder: Path, run: Run) -> None:
    data = json.loads((folder / "settings.json").read_text())
    (folder / "settings.json").write_text(json.dumps(data | {"version": 2}))

    with pytest.raises(UserError, match="newer version"):
        open_run(folder)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond `room` bytes within the block."""
    resource = pytest.importorskip("resource")  # not on Windows
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_ends_it_with_one_sentence_and_the_checkpoint_before(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    break_off(folder, run, data, test)
    room = (folder / "checkpoint.safetensors").stat().st_size // 2

    with full_disk(room), pytest.raises(UserError, match=r"Step 16 .* it holds step 8") as told:
        finish(train_run(folder, open_run(folder), data, test))

    assert "\n" not in str(told.value)
    assert finish(train_run(folder, open_run(folder), data, test)).step == 16


def test_a_disk_that_is_full_from_the_start_leaves_no_folder(
    folder: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> None:
    with full_disk(100), pytest.raises(UserError, match="could not be written"):
        create_run(folder, snapshot, data, test, settings)

    assert list(folder.parent.iterdir()) == []


def test_a_run_is_trained_by_one_process_at_a_time(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    first = train_run(folder, run, data, test)
    next(first)

    with pytest.raises(UserError, match=f"being trained already .process {os.getpid()} on"):
        next(train_run(folder, open_run(folder), data, test))

    assert finish(first).step == 16


def test_whoever_comes_second_goes_on_from_where_the_first_came_to(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    late = train_run(folder, run, data, test)
    break_off(folder, run, data, test)

    assert next(late).done > 8
    assert finish(late).step == 16


def test_the_run_at_a_step_is_the_network_as_it_was_then(
    monkeypatch: pytest.MonkeyPatch, folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    monkeypatch.setattr(training_module, "REPORT_EVERY", 0.0)
    seen = {0: run.state.snapshot}
    for news in train_run(folder, run, data, test):
        if news.partial is not None:
            seen[news.partial.step] = news.partial.snapshot

    kept = kept_steps(folder / "snapshots")

    assert kept[0] == 0
    assert set(kept) <= set(seen)
    for step in (*kept, 16):
        opened = open_model(f"{folder}@{step}")
        assert opened.step == step
        assert same(opened, seen[step])
    with pytest.raises(UserError, match=r"step 99 is none of them; the nearest: .*@16"):
        open_model(f"{folder}@99")


def test_snapshots_after_the_last_checkpoint_are_not_those_of_the_resumed_run(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    break_off(folder, run, data, test)
    (folder / "snapshots" / "13.safetensors").write_bytes(b"of a future that was lost")

    training = train_run(folder, open_run(folder), data, test)
    next(training)

    assert 13 not in kept_steps(folder / "snapshots")
    training.close()


def test_the_catalogue_tells_how_a_run_went(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    training = train_run(folder, run, data, test)
    next(training)
    (begun,) = Catalogue().list()
    training.send(Stop())
    stopped = finish(training).step
    (halted,) = Catalogue().list()
    finish(train_run(folder, open_run(folder), data, test))
    (done,) = Catalogue().list()

    assert (begun.state, begun.name, begun.seed, begun.data) == ("running", "first", 7, "quarters")
    assert (begun.step, begun.steps, begun.settings["rate"]) == (0, 16, 0.01)
    assert begun.versions["torch"] == torch.__version__
    assert (halted.state, halted.step) == ("stopped", stopped)
    assert (done.state, done.step, done.id) == ("done", 16, begun.id)
    assert done.metrics == open_run(folder).state.snapshot.metrics


def test_a_run_that_failed_says_why_in_the_catalogue(
    folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    larger = replace(data, pictures=data.images.repeat(2, 1))

    with pytest.raises(UserError):
        finish(train_run(folder, run, larger, test))

    (failed,) = Catalogue().list()
    assert failed.state == "failed"
    assert "1 x 16 x 8" in failed.problem


def test_a_catalogue_that_cannot_be_written_does_not_end_a_training(
    folder: Path, run: Run, data: Samples, test: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    Catalogue().list()
    database = sqlite3.connect(Catalogue().path)
    database.execute("PRAGMA user_version = 99")
    database.close()

    assert finish(train_run(folder, run, data, test)).step == 16
    (warning,) = caplog.messages
    assert "newer version" in warning


def test_a_run_that_was_moved_is_told_of_from_its_folder_alone(
    tmp_path: Path, folder: Path, run: Run, data: Samples, test: Samples
) -> None:
    finish(train_run(folder, run, data, test))
    folder.rename(tmp_path / "moved")

    entry = entry_of(tmp_path / "moved")
    Catalogue().add(entry)

    assert (entry.state, entry.step, entry.steps) == ("done", 16, 16)
    assert [(known.name, known.state) for known in Catalogue().list()] == [
        ("moved", "done"),
        ("first", "gone"),
    ]


def test_a_run_killed_at_random_moments_ends_as_the_unbroken_one(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, settings: RunSettings
) -> None:
    settings = replace(settings, params=replace(settings.params, epochs=6))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        create_run(folder, snapshot, data, test, settings)
    random = Random(3)

    assert not killed(whole, tmp_path, 60.0)
    kills = sum(killed(broken, tmp_path, random.uniform(0, 0.2)) for _ in range(KILLS))
    assert not killed(broken, tmp_path, 60.0)

    assert kills > 1
    left, right = (read_weights(folder / "checkpoint.safetensors") for folder in (whole, broken))
    assert left.keys() == right.keys()
    assert all(torch.equal(value, right[name]) for name, value in left.items())
    assert (broken / "metrics.csv").read_bytes() == (whole / "metrics.csv").read_bytes()
    assert Catalogue(tmp_path / "data/catalogue.sqlite").find(str(broken)).state == "done"


def killed(folder: Path, home: Path, seconds: float) -> bool:
    """Go on with a run in a process that gets so long; whether it had to be killed."""
    begins, begun = Pipe(duplex=False)
    process = started(train_to_the_end, folder, str(home), begun)
    begins.recv()
    process.join(seconds)
    is_killed = process.is_alive()
    process.kill()
    process.join()
    assert is_killed or process.exitcode == 0
    return is_killed
