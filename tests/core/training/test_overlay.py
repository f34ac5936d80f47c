"""Curves of several runs over each other."""

from __future__ import annotations

import numpy as np

from core.results import Curves, Series
from core.training.overlay import overlaid

STEPS = np.arange(1, 4, dtype=np.float32)
LEARNED, TESTED = Series(STEPS, STEPS), Series(STEPS[2:], STEPS[:1])


def run(*, tested: bool) -> Curves:
    test = {"test": TESTED} if tested else {}
    panels = {
        "Loss": {"loss": LEARNED, "loss raw": LEARNED, **test},
        "Accuracy, %": {"training": LEARNED, **test},
        "Learning rate": {"rate": LEARNED},
    }
    return Curves("Step", panels)


def test_each_run_is_one_line_under_its_name_with_its_training_faint() -> None:
    loss = overlaid({"a": run(tested=True), "b": run(tested=True)}).panels["Loss"]

    assert list(loss) == ["a", "a raw", "b", "b raw"]
    assert loss["a"] is TESTED
    assert loss["a raw"] is LEARNED


def test_only_loss_and_accuracy_are_laid_over_each_other() -> None:
    assert list(overlaid({"a": run(tested=True)}).panels) == ["Loss", "Accuracy, %"]


def test_before_the_first_test_the_training_is_the_line() -> None:
    accuracy = overlaid({"a": run(tested=False)}).panels["Accuracy, %"]

    assert list(accuracy) == ["a"]
    assert accuracy["a"] is LEARNED


def test_a_run_without_curves_keeps_its_place() -> None:
    loss = overlaid({"new": Curves("Step", {}), "a": run(tested=False)}).panels["Loss"]

    assert list(loss) == ["new", "a"]
    assert len(loss["new"].x) == 0


def test_where_no_run_has_curves_there_is_no_panel() -> None:
    assert overlaid({"new": Curves("Step", {})}).panels == {}
