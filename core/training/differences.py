"""How far apart two networks are in what their trainings measured."""

from __future__ import annotations

from core.network.snapshot import Snapshot
from core.results import Table

#: What is compared, and under which name a training measures it.
FIGURES = {"Loss": "loss", "Training": "train_accuracy", "Test": "test_accuracy"}

Number = int | float | None


def differences(left: Snapshot | None, right: Snapshot | None) -> Table:
    """Step, loss and accuracies of two networks, a row each, and by how much the right has more.

    What was not measured is None, and so is its difference.  Accuracies are shares of 0..1.
    """
    sides = [_figures(side) for side in (left, right)]
    rows = [(name, *_row(*(side.get(name) for side in sides))) for name in ("Step", *FIGURES)]
    return Table(("", "left", "right", "difference"), tuple(rows), "two networks side by side")


def _figures(network: Snapshot | None) -> dict[str, Number]:
    """What is known of one of the two."""
    if network is None:
        return {}
    measured = {caption: network.metrics.get(name) for caption, name in FIGURES.items()}
    return {"Step": network.step, **measured}


def _row(left: Number, right: Number) -> tuple[Number, Number, Number]:
    return left, right, None if left is None or right is None else right - left
