"""The moments of a training: how many, how far apart, where they are kept, and what comes back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
import torch

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.snapshot import Model, Snapshot, plain
from core.training import timeline as timeline_module
from core.training.runs import RunSettings, create_run, train_run
from core.training.settings import TrainParams
from core.training.timeline import LEAST, RunTimeline, Timeline, place

MODEL = Model("net", plain((1, 8, 8)))
#: Bytes of the weights below.
SIZE = 400


def moment(step: int) -> Snapshot:
    """A network whose weights tell the step."""
    weights = {"dense.weight": torch.full((10, 10), float(step))}
    return Snapshot(MODEL, weights, step, {"loss": 1 / (1 + step)}, seed=4)


def filled(timeline: Timeline, steps: Iterable[int]) -> Timeline:
    for step in steps:
        timeline.add(moment(step))
    return timeline


def is_whole(snapshot: Snapshot) -> bool:
    """Whether a snapshot is that of its step."""
    expected = moment(snapshot.step)
    return (
        torch.equal(snapshot.weights["dense.weight"], expected.weights["dense.weight"])
        and snapshot.metrics == expected.metrics
        and snapshot.seed == expected.seed
        and snapshot.model == expected.model
    )


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*.safetensors")]


def test_a_short_training_is_kept_step_by_step() -> None:
    timeline = filled(Timeline(MODEL), range(20))

    assert timeline.steps == tuple(range(20))
    assert all(is_whole(timeline.at(step)) for step in range(20))


@pytest.mark.parametrize(("every", "steps"), [(1, 3000), (30, 20_000), (977, 1_000_000)])
def test_of_a_long_one_moments_are_even_on_the_scale(every: int, steps: int) -> None:
    timeline = filled(Timeline(MODEL, most=60), range(0, steps, every))

    kept = timeline.steps
    gaps = [place(after) - place(before) for before, after in pairwise(kept)]
    apart = [after - before for before, after in pairwise(kept)]
    mean = place(kept[-1]) / 60

    assert 40 <= len(kept) <= 61
    # as even as reports that come `every` steps allow
    assert all(gap <= 3.5 * mean or steps == every for gap, steps in zip(gaps, apart, strict=True))


def test_the_first_and_the_newest_are_always_there() -> None:
    timeline = Timeline(MODEL, most=10)

    for step in range(500):
        timeline.add(moment(step))

        assert timeline.steps[0] == 0
        assert timeline.steps[-1] == step
        assert is_whole(timeline.at(step))


def test_gives_the_nearest_moment() -> None:
    timeline = filled(Timeline(MODEL), (0, 10, 20))

    assert [timeline.at(step).step for step in (-5, 4, 6, 14, 16, 1000)] == [0, 0, 10, 10, 20, 20]


def test_before_the_first_moment_it_says_what_to_do() -> None:
    with pytest.raises(UserError, match="train the network first"):
        Timeline(MODEL).at(0)


def test_what_the_memory_does_not_hold_is_in_files_that_end_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    timeline = filled(Timeline(MODEL, memory=5 * SIZE, patience=0), range(30))

    assert len(files(tmp_path)) == 25
    assert all(is_whole(timeline.at(step)) for step in timeline.steps)

    timeline.close()

    assert list(tmp_path.iterdir()) == []


def test_files_of_moments_that_are_dropped_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    timeline = filled(Timeline(MODEL, folder, most=10, patience=0), range(200))

    assert {f"{step}.safetensors" for step in timeline.steps} == {*files(folder), "199.safetensors"}
    assert len(files(folder)) <= 10


def test_of_large_networks_fewer_moments_are_kept_but_a_film_still(tmp_path: Path) -> None:
    small = filled(Timeline(MODEL, tmp_path / "a", disk=30 * SIZE, patience=0), range(300))
    tiny = filled(Timeline(MODEL, tmp_path / "b", disk=2 * SIZE, patience=0), range(300))

    assert len(files(tmp_path / "a")) == 30
    assert len(files(tmp_path / "b")) == LEAST
    assert len(small.steps) - len(tiny.steps) == 30 - LEAST


def test_the_moments_of_a_folder_are_found_again(tmp_path: Path) -> None:
    filled(Timeline(MODEL, tmp_path / "kept", patience=0), range(5)).close()

    again = Timeline(MODEL, tmp_path / "kept")

    assert again.steps == (0, 1, 2, 3, 4)
    assert all(is_whole(again.at(step)) for step in again.steps)


def test_writing_takes_its_share_of_the_time_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_module, "HEAD_START", 0.0)
    timeline = filled(Timeline(MODEL, tmp_path / "kept", patience=1e9), range(50))

    assert files(tmp_path / "kept") == ["0.safetensors"]
    assert timeline.steps == (0, 49)


def test_a_training_that_went_back_forgets_what_came_after(tmp_path: Path) -> None:
    timeline = filled(Timeline(MODEL, tmp_path / "kept", patience=0), range(10))

    timeline.add(moment(4))

    assert timeline.steps == (0, 1, 2, 3, 4)
    assert sorted(files(tmp_path / "kept")) == [f"{step}.safetensors" for step in range(5)]


def test_what_is_known_later_of_the_same_step_is_kept() -> None:
    timeline = filled(Timeline(MODEL), (0, 1, 2))
    examined = Snapshot(MODEL, moment(2).weights, 2, {"test_accuracy": 0.5})

    timeline.add(examined)
    timeline.add(moment(3))

    assert timeline.at(2).metrics == {"test_accuracy": 0.5}


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    filled(Timeline(MODEL, tmp_path / "kept", patience=0), (0, 1)).close()
    (tmp_path / "kept" / "0.safetensors").write_bytes(b"no weights")

    with pytest.raises(UserError, match=r"0\.safetensors"):
        Timeline(MODEL, tmp_path / "kept").at(0)


def test_one_thread_looks_while_another_adds(tmp_path: Path) -> None:
    timeline = filled(Timeline(MODEL, tmp_path / "kept", most=15, patience=0), [0])
    adder = Thread(target=filled, args=(timeline, range(1, 400)))

    adder.start()
    while adder.is_alive():
        assert all(is_whole(timeline.at(step)) for step in timeline.steps)
    adder.join()

    assert timeline.steps[-1] == 399


def test_a_run_on_disk_is_looked_at_from_its_folder(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    run = create_run(tmp_path / "run", snapshot, data, test, RunSettings("quarters", params, 0))
    trained = finish(train_run(tmp_path / "run", run, data, test))

    moments = RunTimeline(tmp_path / "run")

    assert moments.steps[0] == 0
    assert moments.steps[-1] == 16
    last, first = moments.at(99), moments.at(-1)
    assert first.step == 0
    assert all(torch.equal(value, trained.weights[name]) for name, value in last.weights.items())
    moments.close()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    timeline = filled(Timeline(MODEL, run / "snapshots"), range(2))
    shutil.rmtree(run)
    with pytest.raises(UserError, match="deleted or moved"):
        timeline.add(moment(2))
