"""Do the steps go too far?"""

from __future__ import annotations

from math import isnan

from core.training.case import Case
from core.training.cures import with_rate
from core.training.diagnoses.exploding_gradients import exploding_gradients
from core.training.doctor import Cure, Finding, diagnosis

#: Steps before which nothing is said: the first ones are large in any network.
EARLY = 40
#: A loss above that of guessing by this factor says that the network is surer than it is right.
ABOVE = 1.3
#: Changing this share of the weights in a step is much; with a loss still at this share of
#: guessing, too much.
MUCH, STUCK = 0.02, 0.8
#: Changing this share of the weights in a step is too much in any case.
TOO_MUCH = 0.1


@diagnosis(rank=3)
def rate_too_high(case: Case) -> Finding | None:
    """The weights change much in each step, and the loss does not come down."""
    if case.steps < EARLY or not case.layers() or exploding_gradients(case) is not None:
        return None
    ratio, level = case.typical_ratio(), case.loss / case.guessing_loss
    if not (level > ABOVE or (ratio > MUCH and level > STUCK) or ratio > TOO_MUCH):
        return None
    ratios = case.recent("update_ratio")
    layer = case.layers()[int(ratios.argmax())]
    guessing = "" if isnan(level) else f", where guessing has {case.guessing_loss:.2f}"
    return Finding(
        "The learning rate is too high",
        f"At {case.params.rate:g}, a step changes the weights of {layer} by {ratios.max():.1%} "
        f"(healthy: about 0.1%), and the loss is {case.loss:.2f}{guessing}.",
        layer,
        (Cure("A tenth of the learning rate", with_rate(case.params, 0.1)),),
    )
