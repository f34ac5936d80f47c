"""A network without pooling: convolutions with a stride of 2 make its maps smaller."""

from __future__ import annotations

from core.network.cifar10 import CIFAR10, cifar10_classes
from core.network.layers.conv2d import Conv2d
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.global_pool import GlobalPool
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: Each convolution, in order, as in tables 1 and 2; the seventh is not padded.
_CONVOLUTIONS = (
    Conv2d(96, 3, padding=1), Conv2d(96, 3, padding=1), Conv2d(96, 3, 2, 1),
    Conv2d(192, 3, padding=1), Conv2d(192, 3, padding=1), Conv2d(192, 3, 2, 1),
    Conv2d(192, 3), Conv2d(192, 1), Conv2d(10, 1),
)  # fmt: skip

#: Where half of the values are dropped: after what would be the pools.
_DROPPED_AFTER = (3, 6)


@preset(
    "All-CNN-C",
    source="Springenberg et al. 2014, arXiv:1412.6806, tables 1 and 2",
    preprocessing=CIFAR10,
    classes=cifar10_classes,
    example="photos/cat.jpg",
)
def all_convolutional() -> ModelSpec:
    """Nine convolutions and the average of each of the last ten maps: 1,369,738 parameters."""
    nodes = [Node("dropout0", Dropout(0.2))]
    for number, convolution in enumerate(_CONVOLUTIONS, 1):
        nodes += [Node(f"conv{number}", convolution), Node(f"relu{number}", Relu())]
        if number in _DROPPED_AFTER:
            nodes.append(Node(f"dropout{number}", Dropout(0.5)))
    nodes += [Node("average", GlobalPool()), Node("flatten", Flatten())]
    return ModelSpec("All-CNN-C", (3, 32, 32), tuple(nodes))
