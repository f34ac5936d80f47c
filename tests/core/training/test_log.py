from __future__ import annotations

import numpy as np
import pytest

from core.training.log import MOST_POINTS, Log


def logged(steps: int) -> Log:
    log = Log(steps)
    for step in range(steps):
        log.add(loss=steps - step, accuracy=step / steps, rate=0.1)
    return log


def test_curves_have_a_point_for_each_step_and_the_test_accuracy_where_it_was_measured() -> None:
    log = logged(120)
    log.add_test(120, 0.75, 1.5)

    panels = log.curves().panels

    np.testing.assert_array_equal(panels["Loss"]["loss raw"].x, np.arange(1, 121))
    np.testing.assert_allclose(panels["Loss"]["loss raw"].y, np.arange(120, 0, -1))
    assert panels["Accuracy, %"]["test"].x.tolist() == [120]
    assert panels["Accuracy, %"]["test"].y.tolist() == [75]
    assert panels["Loss"]["test"].x.tolist() == [120]
    assert panels["Loss"]["test"].y.tolist() == [1.5]
    assert panels["Learning rate"]["rate"].y.shape == (120,)


def test_calm_curve_is_the_mean_of_the_last_steps() -> None:
    calm = logged(120).curves().panels["Loss"]["loss"].y

    assert calm[0] == 120
    assert calm[99] == pytest.approx(np.arange(21, 71).mean())


def test_long_curves_are_thinned_but_keep_the_last_step() -> None:
    line = logged(3 * MOST_POINTS + 2).curves().panels["Loss"]["loss raw"]

    assert MOST_POINTS / 2 < len(line.x) <= MOST_POINTS + 2
    assert line.x[-1] == 3 * MOST_POINTS + 2
    assert line.y[-1] == pytest.approx(1)


def test_goes_on_from_its_arrays() -> None:
    whole, first = logged(20), Log(20)
    whole.add_test(20, 0.5, 1.0)
    first.restore(whole.arrays())

    assert first.metrics() == whole.metrics()
    assert first.metrics()["test_loss"] == 1.0
    assert first.steps == 20


def test_nothing_logged_gives_empty_curves() -> None:
    log = Log(5)

    assert log.metrics() == {}
    assert log.curves().panels["Loss"]["loss raw"].x.shape == (0,)
