"""Networks of the lectures and of the field: one file each, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.network.preprocessing import Preprocessing
from core.network.spec import ModelSpec
from core.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor

#: Gives a network's weights by parameter name.
Weights = Callable[[ModelSpec], "Mapping[str, Tensor]"]


@dataclass(frozen=True)
class Preset:
    """A network that is ready to open.

    `weights` is None for one that is to be trained.  `example` is the input that it is best
    looked at with, as a path under the resources or ``dataset:split:index``.
    """

    name: str
    title: str
    source: str
    spec: Callable[[], ModelSpec]
    preprocessing: Preprocessing
    classes: Callable[[], tuple[str, ...]]
    weights: Weights | None
    example: str


def no_classes() -> tuple[str, ...]:
    """For a network without a classifier."""
    return ()


Make = TypeVar("Make", bound=Callable[[], ModelSpec])
PRESETS: Registry[Preset] = Registry("network", "core.network.presets")


def preset(
    title: str,
    *,
    source: str,
    preprocessing: Preprocessing,
    classes: Callable[[], tuple[str, ...]] = no_classes,
    weights: Weights | None = None,
    example: str = "",
) -> Callable[[Make], Make]:
    """Register the function below, which gives the spec."""

    def register(make: Make) -> Make:
        name = make.__name__
        PRESETS.add(
            name,
            Preset(name, title, source, make, preprocessing, classes, weights, example),
        )
        return make

    return register
