"""Do the steps go nowhere?"""

from __future__ import annotations

import numpy as np

from core.training.case import Case
from core.training.cures import with_rate
from core.training.doctor import Cure, Finding, diagnosis

#: Steps before which nothing is said: a schedule may begin slowly.
EARLY = 60
#: Changing less than this share of the weights of any layer in a step is too little.
LITTLE = 2e-4
#: The change that is aimed at, and the most by which the rate is raised at once.
HEALTHY, MOST = 2e-3, 1000.0
#: A loss still at this share of the first one has not fallen.
STILL = 0.9


@diagnosis(rank=9)
def rate_too_low(case: Case) -> Finding | None:
    """The weights hardly change in a step, and the loss does not come down."""
    if case.observation is None or not case.observation.weights or case.steps < EARLY:
        return None
    ratio = float(np.median(case.observation.history.update_ratio.max(1)))
    if ratio >= LITTLE or case.loss < STILL * case.first_loss:
        return None
    raised = with_rate(case.params, min(HEALTHY / max(ratio, 1e-12), MOST))
    return Finding(
        "The learning rate is too low",
        f"At {case.params.rate:g}, a step changes no layer by more than {ratio:.4%} (healthy: "
        f"about 0.1%); in {case.steps:,} steps the loss went from {case.first_loss:.2f} to "
        f"{case.loss:.2f}.",
        cures=(Cure(f"A learning rate of {raised.rate:g}", raised),),
    )
