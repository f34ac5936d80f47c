"""Curves of several runs over one horizontal axis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.results import Curves, Series

#: The panels that are drawn, with what the training and the test are called there.
PANELS = {"Loss": ("loss", "test"), "Accuracy, %": ("training", "test")}
#: A curve under a name that ends so is drawn faint, in the colour of the name before it.
FAINT = " raw"

_NONE = Series(np.empty(0, np.float32), np.empty(0, np.float32))


def overlaid(runs: Mapping[str, Curves]) -> Curves:
    """Loss and accuracy of runs by their names: on the test data, and faint on those of training.

    A run that was not tested yet shows its training alone, one without curves an empty one: so
    each keeps its place, and with it its colour.  No panels where no run has curves.
    """
    drawn = [caption for caption in PANELS if any(caption in run.panels for run in runs.values())]
    return Curves("Step", {caption: _panel(caption, runs) for caption in drawn})


def _panel(caption: str, runs: Mapping[str, Curves]) -> dict[str, Series]:
    training, test = PANELS[caption]
    lines: dict[str, Series] = {}
    for name, run in runs.items():
        known = run.panels.get(caption, {})
        learned = known.get(training, _NONE)
        lines[name] = known.get(test, learned)
        if test in known:
            lines[name + FAINT] = learned
    return lines
