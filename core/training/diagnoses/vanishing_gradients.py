"""Does the gradient get lost on its way to the first layers?  Glorot & Bengio 2010, PMLR 9:249."""

from __future__ import annotations

from core.network.layers.relu import Relu
from core.network.spec import ModelSpec
from core.training.case import Case
from core.training.cures import with_activation, with_batch_norm
from core.training.diagnoses.saturated_activations import saturated_activations
from core.training.doctor import Cure, Finding, diagnosis

#: The norm of the first layer's gradient, of that of the last; it is above 0.02 in healthy ones.
LOST = 1e-3
#: Activations whose slope is below 1, so that a gradient shrinks in each.
SHRINKING = frozenset({"Sigmoid", "Tanh", "ScaledTanh"})


@diagnosis(rank=6)
def vanishing_gradients(case: Case) -> Finding | None:
    """The gradient of the first layer is a tiny part of the last one's."""
    norms = case.recent("gradient_norm")
    if len(norms) < 2 or norms[-1] <= 0 or norms[0] >= LOST * norms[-1]:
        return None
    if saturated_activations(case) is not None:  # which is why
        return None
    first, last = case.layers()[0], case.layers()[-1]
    return Finding(
        "The gradients vanish",
        f"The gradient of {first} has a norm of {norms[0]:.1e}, that of {last} {norms[-1]:.1e}: "
        f"on its way back it became {norms[-1] / max(norms[0], 1e-30):,.0f} times smaller, so that "
        "the first layers do not learn.",
        first,
        _cures(case.spec),
    )


def _cures(spec: ModelSpec) -> tuple[Cure, ...]:
    shrinking = [node.name for node in spec.nodes if type(node.op).__name__ in SHRINKING]
    rectified = with_activation(spec, shrinking, Relu()) if shrinking else None
    changes = {"ReLU instead": rectified, "Batch normalisation": with_batch_norm(spec)}
    return tuple(Cure(title, change) for title, change in changes.items() if change is not None)
