"""Do units give nothing but zero?  Maas, Hannun & Ng 2013, ICML workshop."""

from __future__ import annotations

from core.network.layers.leaky_relu import LeakyRelu
from core.training.case import Case
from core.training.cures import with_activation, with_rate
from core.training.doctor import Cure, Finding, diagnosis
from core.training.look import PATIENCE

#: The share of dead units that costs a layer its use; up to 0.4 are seen in networks that learn.
MANY = 0.5


@diagnosis(rank=4)
def dead_units(case: Case) -> Finding | None:
    """In some layer most rectified units have been above zero for no picture lately."""
    rows = case.observation.activations if case.observation is not None else ()
    found = [row for row in rows if row.dead_share > MANY]
    if not found:
        return None
    worst = max(found, key=lambda row: row.dead_share)
    others = [row.layer for row in found if row is not worst]
    also = f" So it is in {' and '.join(others)}." if others else ""
    leaky = with_activation(case.spec, [row.layer for row in found], LeakyRelu())
    return Finding(
        "Units are dead",
        f"In {worst.layer}, {worst.dead_share:.0%} of the {len(worst.dead)} units gave 0 for each "
        f"of the last {PATIENCE} pictures; no gradient reaches them, so they cannot come back."
        f"{also}",
        worst.layer,
        (
            Cure("Leaky ReLU instead", leaky),
            Cure("A third of the learning rate", with_rate(case.params, 1 / 3)),
        ),
    )
