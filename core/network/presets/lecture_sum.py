"""The lecture's 5 x 5 input under one 3 x 3 kernel: every sum can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

if TYPE_CHECKING:
    from torch import Tensor

KERNEL = ((1, 0, 1), (0, 1, 0), (1, 0, 1))


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The lecture's kernel."""
    import torch  # here, so that the list of networks does not wait for it

    return {"conv.weight": torch.tensor([[KERNEL]], dtype=torch.float32)}


@preset(
    "The 5 × 5 example",
    source="the lectures' first worked example",
    preprocessing=Preprocessing((5, 5), mean=(0.0,), std=(1.0,)),
    weights=weights,
    example="lecture_examples:test:0",
)
def lecture_sum() -> ModelSpec:
    """One kernel without bias, then the rectifier, which changes nothing here."""
    nodes = (Node("conv", Conv2d(1, 3, bias=False)), Node("relu", Relu()))
    return ModelSpec("The 5 × 5 example", (1, 5, 5), nodes)
