from __future__ import annotations

import pytest

from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.training.differences import differences
from tests.workbench.widgets.conftest import Show
from workbench.widgets.difference_figures import DifferenceFigures, difference, written

MODEL = Model("net", Preprocessing((8, 8)))


def test_shows_both_values_and_the_difference(show: Show) -> None:
    view = DifferenceFigures()
    show(view)
    left = Snapshot(MODEL, step=100, metrics={"loss": 2.25, "train_accuracy": 0.1})
    right = Snapshot(MODEL, step=1100, metrics={"loss": 0.5, "train_accuracy": 0.8})
    view.show_table(differences(left, right))
    view.show_table(differences(left, right))

    assert view.texts == (
        ("Step", "100", "1,100", "+1,000"),
        ("Loss", "2.25", "0.5", "−1.75"),
        ("Training", "10.0\N{NO-BREAK SPACE}%", "80.0\N{NO-BREAK SPACE}%", "+70.0 pp"),
        ("Test", "–", "–", ""),
    )
    assert "Loss 2.25 0.5 −1.75" in view.accessibleDescription()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("Step", -3, "−3"), ("Loss", 0.0, "±0"), ("Test", -0.0123, "−1.2 pp"), ("Loss", None, "")],
)
def test_a_difference_has_its_sign(name: str, value: float | None, text: str) -> None:
    assert difference(name, value) == text


def test_what_is_not_known_is_a_dash() -> None:
    assert written("Loss", None) == "–"
