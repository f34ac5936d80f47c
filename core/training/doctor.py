"""What is wrong with a training, in plain words, and what helps.

Each file of the folder `diagnoses` is one question about a `Case`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core.network.layer_table import problems
from core.network.spec import ModelSpec
from core.registry import Registry
from core.results import Curves
from core.training.case import Case
from core.training.observation import Observation
from core.training.settings import Stop, TrainParams


@dataclass(frozen=True)
class Cure:
    """Something that helps, at one press: other settings, another network, or an end."""

    title: str
    change: TrainParams | ModelSpec | Stop


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: the `sentence` says it with its numbers.

    `layer` is the one it is about, if it is about one.  The first of the `cures` is the best.
    """

    title: str
    sentence: str
    layer: str = ""
    cures: tuple[Cure, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """One question; those of lower `rank` are asked, and told, first."""

    name: str
    rank: int
    find: Callable[[Case], Finding | None]


Find = TypeVar("Find", bound=Callable[[Case], Finding | None])
DIAGNOSES: Registry[Diagnosis] = Registry("diagnosis", "core.training.diagnoses")


def diagnosis(*, rank: int) -> Callable[[Find], Find]:
    """Register the function below: it gives what is wrong, or None."""

    def register(find: Find) -> Find:
        DIAGNOSES.add(find.__name__, Diagnosis(find.__name__, rank, find))
        return find

    return register


def diagnose(
    observation: Observation | None,
    curves: Curves | None,
    spec: ModelSpec,
    params: TrainParams,
    classes: tuple[str, ...],
) -> tuple[Finding, ...]:
    """All that is wrong with a training as it stands, the gravest first.

    Before the first step, with neither observation nor curves, what would be wrong from the start.
    A network with layers that do not fit is not for the doctor: it gives nothing.
    """
    if not spec.nodes or problems(spec):
        return ()
    case = Case(spec, params, classes, observation, curves)
    asked = sorted(DIAGNOSES.values(), key=lambda one: one.rank)
    return tuple(found for one in asked if (found := one.find(case)) is not None)
