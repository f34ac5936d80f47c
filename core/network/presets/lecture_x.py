"""The lecture's X of 9 x 9 under three 3 x 3 filters: what a feature map says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.network.layers.conv2d import Conv2d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

if TYPE_CHECKING:
    from torch import Tensor

#: The two diagonals, and the crossing between them.
FILTERS = (
    ((1, -1, -1), (-1, 1, -1), (-1, -1, 1)),
    ((1, -1, 1), (-1, 1, -1), (1, -1, 1)),
    ((-1, -1, 1), (-1, 1, -1), (1, -1, -1)),
)


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The lecture's filters."""
    import torch  # here, so that the list of networks does not wait for it

    return {"conv.weight": torch.tensor(FILTERS, dtype=torch.float32)[:, None]}


@preset(
    "The X and its three filters",
    source="the lectures' second worked example",
    # black is -1 and white is 1
    preprocessing=Preprocessing((9, 9), mean=(0.5,), std=(0.5,)),
    weights=weights,
    example="lecture_examples:test:1",
)
def lecture_x() -> ModelSpec:
    """Convolution, rectifier, and the largest of each 2 x 2 window; the ninth row is left over."""
    nodes = (
        Node("conv", Conv2d(3, 3, bias=False)),
        Node("relu", Relu()),
        Node("pool", MaxPool2d(2)),
    )
    return ModelSpec("The X and its three filters", (1, 9, 9), nodes)
