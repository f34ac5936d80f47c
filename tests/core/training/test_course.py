"""How a training stood at each of its moments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.snapshot import Snapshot
from core.results import Curves, Series
from core.training.course import Course, Standing, course_of, read_course
from core.training.runs import RunSettings, create_run, train_run
from core.training.settings import TrainParams
from core.training.train import TrainingReport, train


def series(points: dict[int, float]) -> Series:
    return Series(np.array([*points], np.float32), np.array([*points.values()], np.float32))


COURSE = Course(
    steps=(0, 5, 20),
    curves=Curves(
        "Step",
        {
            "Loss": {"loss": series({1: 2.0, 5: 1.5, 20: 0.5})},
            "Accuracy, %": {"training": series({1: 10, 20: 75}), "test": series({10: 50})},
        },
    ),
    end=20,
    epochs=2,
)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (0, Standing(0, 1, None, None, None)),
        (5, Standing(5, 1, 1.5, 0.1, None)),
        (10, Standing(10, 1, 1.5, 0.1, 0.5)),
        (11, Standing(11, 2, 1.5, 0.1, 0.5)),
        (20, Standing(20, 2, 0.5, 0.75, 0.5)),
    ],
)
def test_tells_what_was_measured_last(step: int, expected: Standing) -> None:
    standing = COURSE.standing(step)

    assert (standing.step, standing.epoch) == (expected.step, expected.epoch)
    for name in ("loss", "train_accuracy", "test_accuracy"):
        assert getattr(standing, name) == pytest.approx(getattr(expected, name))


def test_without_curves_only_the_step_is_known() -> None:
    assert Course((0,), Curves("Step", {}), 0, 1).standing(0) == Standing(0, 1)


def test_of_a_run_is_that_of_its_reports(
    tmp_path: Path, snapshot: Snapshot, data: Samples, test: Samples, params: TrainParams
) -> None:
    run = create_run(tmp_path / "run", snapshot, data, test, RunSettings("quarters", params, 0))
    assert read_course(tmp_path / "run").steps == (0,)
    finish(train_run(tmp_path / "run", run, data, test))
    last: TrainingReport | None = None
    for news in train(snapshot, data, test, params, seed=0):
        last = news.partial or last
    assert last is not None

    course = read_course(tmp_path / "run")

    assert course.steps[0] == 0
    assert course.steps[-1] == course.end == 16
    assert course.epochs == 2
    for step in (1, 4, 16):
        found, expected = course.standing(step), course_of(last, course.steps).standing(step)
        assert found.epoch == expected.epoch == (1 if step <= 8 else 2)
        assert found.loss == pytest.approx(expected.loss)
        assert found.test_accuracy == pytest.approx(expected.test_accuracy)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"checkpoint\.safetensors"):
        read_course(tmp_path)
