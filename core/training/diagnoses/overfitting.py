"""Are the training pictures learned by heart?  Goodfellow et al. 2016, Deep Learning, chapter 7."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.training.case import ACCURACY, Case
from core.training.cures import with_dropout
from core.training.diagnoses.shuffled_labels import shuffled_labels
from core.training.doctor import Cure, Finding, diagnosis
from core.training.settings import Stop

#: By how many points training is ahead of the test, and the test no better than before by so many.
AHEAD, BETTER = 12.0, 0.5
#: Over so many tests at most the test's accuracy is averaged.
SMOOTHED = 3
#: A weight decay to begin with, by which it grows, and by how many px pictures may move.
DECAY, STRONGER, SHIFT = 1e-3, 3.0, 2


@diagnosis(rank=8)
def overfitting(case: Case) -> Finding | None:
    """The training accuracy is far ahead of the test's, which rises no more."""
    tests, steps = (case.curve(ACCURACY, "test", along=axis) for axis in ("y", "x"))
    if len(tests) < 2 or shuffled_labels(case) is not None:
        return None
    training = case.training_accuracy_at(float(steps[-1]))
    # One test alone is a record by chance too often, where its pictures are few.
    width = min(SMOOTHED, len(tests) // 2)
    *before, now = np.convolve(tests, np.full(width, 1 / width), "valid")
    best = max(before)
    if training - now < AHEAD or now > best + BETTER:
        return None
    reached = steps[before.index(best) + width // 2]
    return Finding(
        "It learns the training pictures by heart",
        f"{training:.0f}% of them are right, but {now:.0f}% of the test pictures, which "
        f"was {best:.0f}% at step {reached:,.0f} already.",
        cures=_cures(case),
    )


def _cures(case: Case) -> tuple[Cure, ...]:
    params = case.params
    decay = params.weight_decay * STRONGER or DECAY
    cures = [Cure(f"Weight decay {decay:g}", replace(params, weight_decay=decay))]
    if (dropped := with_dropout(case.spec)) is not None:
        cures.append(Cure("Dropout before the output", dropped))
    if params.shift < SHIFT:
        cures.append(Cure(f"Shift pictures by up to {SHIFT} px", replace(params, shift=SHIFT)))
    return (*cures, Cure("Stop the training", Stop()))
