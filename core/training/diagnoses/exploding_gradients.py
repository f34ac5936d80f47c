"""Do the gradients grow without bound?  Pascanu et al. 2013, arXiv:1211.5063."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.training.case import RECENT, Case
from core.training.cures import with_rate
from core.training.doctor import Cure, Finding, diagnosis
from core.training.settings import TrainParams

#: The norm of all gradients together that no healthy network here comes near: they stay below 20.
LARGE = 100.0
#: A loss so many times that of guessing tells the same between two looks at the gradients.
HIGH_LOSS = 10.0
#: The norm to which longer gradients are shortened.
CLIP = 1.0


@diagnosis(rank=2)
def exploding_gradients(case: Case) -> Finding | None:
    """The norm of the gradients is huge, or no number, or the loss is."""
    if case.observation is None or not case.observation.weights:
        return None
    gradients = case.observation.history.gradient_norm[-RECENT:]
    known = np.nan_to_num(gradients.astype(np.float64), nan=np.inf, posinf=np.inf)
    norm = float(np.linalg.norm(known, axis=1).max())
    if not (norm > LARGE or case.loss > HIGH_LOSS * case.guessing_loss):
        return None
    layer = case.layers()[int(known.max(0).argmax())]
    return Finding("The gradients explode", _told(case, norm, layer), layer, _cures(case.params))


def _told(case: Case, norm: float, layer: str) -> str:
    """What is huge: the gradients, or only the loss that they have left."""
    if norm <= LARGE:
        return (
            f"The loss is {_figure(case.loss)}, where guessing has {case.guessing_loss:.2f}: "
            "earlier gradients have thrown the weights so far away that those of now no longer "
            f"bring them back (a norm of {_figure(norm)}, most of it in {layer})."
        )
    told = f"a norm of {_figure(norm)}" if np.isfinite(norm) else "no finite norm any more"
    return (
        f"Together they have {told} (usual are 0.1 to 20), most of it in {layer}, and the loss is "
        f"{_figure(case.loss)}; each step throws the weights far away."
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if 100 <= value < 10_000_000 else f"{value:.3g}"


def _cures(params: TrainParams) -> tuple[Cure, ...]:
    lower = Cure("A tenth of the learning rate", with_rate(params, 0.1))
    if 0 < params.clip <= CLIP:
        return (lower,)
    return (Cure(f"Gradients no longer than {CLIP:g}", replace(params, clip=CLIP)), lower)
