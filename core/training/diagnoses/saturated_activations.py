"""Are sigmoids or hyperbolic tangents at their flat ends?  Glorot & Bengio 2010, PMLR 9:249."""

from __future__ import annotations

from collections.abc import Sequence

from core.network.layers.relu import Relu
from core.training.case import Case
from core.training.cures import with_activation, with_batch_norm, with_rate
from core.training.doctor import Cure, Finding, diagnosis
from core.training.look import flat_beyond

#: The share of saturated values that stops a layer; up to 0.6 are seen in networks that learn.
MANY = 0.8


@diagnosis(rank=5)
def saturated_activations(case: Case) -> Finding | None:
    """In some layer most values lie where the activation is flat."""
    rows = case.observation.activations if case.observation is not None else ()
    found = [row for row in rows if row.saturated > MANY]
    if not found:
        return None
    worst = max(found, key=lambda row: row.saturated)
    low, high = flat_beyond(case.spec.node(worst.layer).op) or (0.0, 0.0)
    alike = [row.layer for row in rows if flat_beyond(case.spec.node(row.layer).op)]
    return Finding(
        f"{worst.function} units are saturated",
        f"In {worst.layer}, {worst.saturated:.0%} of the values lie below {low:.2g} or above "
        f"{high:.2g}, where the function is flat; hardly any gradient passes it.",
        worst.layer,
        _cures(case, alike),
    )


def _cures(case: Case, alike: Sequence[str]) -> tuple[Cure, ...]:
    rectified = Cure("ReLU instead", with_activation(case.spec, alike, Relu()))
    lower = Cure("A third of the learning rate", with_rate(case.params, 1 / 3))
    normalised = with_batch_norm(case.spec)
    if normalised is None:
        return rectified, lower
    return rectified, Cure("Batch normalisation before it", normalised), lower
