"""LeNet-5 as this program trained it on Fashion-MNIST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.network.presets import preset
from core.network.presets.lenet5 import PREPROCESSING, SOURCE, classes, lenet5
from core.network.spec import ModelSpec
from core.paths import resource

if TYPE_CHECKING:
    from torch import Tensor

_TITLE = "LeNet-5, trained on Fashion-MNIST"


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The weights after training."""
    from core.network.weights import read_weights  # here, as it brings torch

    return read_weights(resource("models", "lenet5_fashion.safetensors"))


@preset(
    _TITLE,
    source=SOURCE,
    preprocessing=PREPROCESSING,
    classes=classes,
    weights=weights,
    example="fashion_mnist:test:0",
)
def lenet5_fashion() -> ModelSpec:
    """The layers of LeNet-5."""
    return replace(lenet5(), name=_TITLE)
