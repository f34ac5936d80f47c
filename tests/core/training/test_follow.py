"""A run that another process trains, watched from its folder."""

from __future__ import annotations

from multiprocessing import Pipe
from pathlib import Path

import pytest
import torch

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.snapshot import Snapshot
from core.training.follow import follow_run
from core.training.observed import OBSERVED
from core.training.runs import RunSettings, create_run, open_run, train_run
from core.training.settings import TrainParams
from core.training.train import TrainingReport
from core.training.watcher import watcher_for
from tests.core.training.processes import started, train_to_the_end


def test_a_run_in_another_process_is_watched_to_its_end(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    folder = tmp_path / "run"
    create_run(folder, snapshot, data, test, RunSettings("quarters", params, 0))
    begins, begun = Pipe(duplex=False)
    process = started(train_to_the_end, folder, str(tmp_path), begun)
    begins.recv()

    reports = [news.partial for news in follow_run(folder) if news.partial is not None]
    process.join(60)

    last, end = reports[-1], open_run(folder).state
    assert process.exitcode == 0
    assert [report.step for report in reports] == sorted(report.step for report in reports)
    assert (last.step, last.steps, last.epoch, last.epochs) == (16, 16, 2, 2)
    assert torch.equal(last.snapshot.weights["conv.weight"], end.snapshot.weights["conv.weight"])
    assert last.snapshot.metrics == end.snapshot.metrics
    assert last.curves.panels["Accuracy, %"]["test"].x.tolist() == [8, 16]


def test_a_run_that_nobody_trains_is_told_of_once(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    run = create_run(tmp_path / "run", snapshot, data, test, RunSettings("quarters", params, 0))
    (begin,) = follow_run(tmp_path / "run")
    finish(train_run(tmp_path / "run", run, data, test))
    (end,) = follow_run(tmp_path / "run")

    assert (begin.done, begin.total, begin.partial.step) == (0, 16, 0)
    assert begin.partial.curves.panels == {}
    assert (end.done, end.total) == (16, 16)
    assert isinstance(end.partial, TrainingReport)


def test_what_was_observed_is_told_of_and_can_be_missing(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    folder = tmp_path / "run"
    run = create_run(folder, snapshot, data, test, RunSettings("quarters", params, 0))
    watcher = watcher_for(run.state.snapshot.model, params, len(test))
    finish(train_run(folder, run, data, test, observer=watcher))

    (watched,) = follow_run(folder)
    observation = watched.partial.observation
    assert observation.weights[0].layer == "conv"
    assert observation.exam.confusion.sum() == len(test)

    (folder / OBSERVED).write_bytes(b"half of a fra")
    (damaged,) = follow_run(folder)
    assert damaged.partial.observation is None
    assert damaged.partial.step == 16


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"model\.json could not be read"):
        next(follow_run(tmp_path))
