"""Have the labels anything to do with the pictures?  Zhang et al. 2017, arXiv:1611.03530."""

from __future__ import annotations

from core.training.case import ACCURACY, Case
from core.training.diagnoses.dead_units import dead_units
from core.training.diagnoses.rate_too_high import rate_too_high
from core.training.diagnoses.saturated_activations import saturated_activations
from core.training.diagnoses.vanishing_gradients import vanishing_gradients
from core.training.doctor import Cure, Finding, diagnosis
from core.training.settings import Stop

#: Steps before which nothing is said: many networks wait a while before they learn.
EARLY = 100
#: How far from guessing still is guessing: of the loss, and of the way to all right.
NEAR, SLIGHT = 0.02, 0.1
#: How much of the way to all right the training pictures come when they are learned by heart.
BY_HEART = 0.3
#: Weights that change by less in a step learn nothing anyway.
MOVING = 1e-3


@diagnosis(rank=7)
def shuffled_labels(case: Case) -> Finding | None:
    """It learns nothing though the steps are sound, or only the training pictures by heart."""
    tests, training = (case.curve(ACCURACY, name) for name in ("test", "training"))
    if case.steps < EARLY or not tests.size or case.params.loss == "regression":
        return None
    rest = 100 - case.chance
    test_guesses = tests.max() < case.chance + SLIGHT * rest
    if test_guesses and training[-1] > case.chance + BY_HEART * rest:
        told = (
            f"{training[-1]:.0f}% of the training pictures are right, but {tests[-1]:.0f}% of the "
            f"test pictures, where guessing has {case.chance:.0f}%: it learns them by heart."
        )
    elif test_guesses and _is_stuck(case):
        told = (
            f"After {case.steps:,} steps the loss is {case.loss:.2f}, that of guessing, though the "
            f"weights change by {case.typical_ratio():.1%} in each step."
        )
    else:
        return None
    return Finding(
        "The labels look shuffled",
        f"{told} Check that pictures and labels are in the same order.",
        cures=(Cure("Stop the training", Stop()),),
    )


def _is_stuck(case: Case) -> bool:
    """Whether the network guesses, and nothing but the labels explains it."""
    illnesses = (rate_too_high, dead_units, saturated_activations, vanishing_gradients)
    return (
        abs(case.loss / case.guessing_loss - 1) < NEAR
        and case.typical_ratio() > MOVING
        and not any(illness(case) for illness in illnesses)
    )
