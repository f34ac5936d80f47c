"""AlexNet in one tower, without normalisation: the form that torchvision has."""

from __future__ import annotations

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.layers.adaptive_pool2d import AdaptivePool2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.presets.alexnet_trunk import alexnet_trunk
from core.network.spec import ModelSpec, Node

_TITLE = "AlexNet, one tower"


@preset(
    _TITLE,
    source="Krizhevsky 2014, arXiv:1404.5997, as in torchvision",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def alexnet_owt() -> ModelSpec:
    """The layers of the AlexNet trunk, and the dense layers above: 61,100,840 parameters."""
    trunk = alexnet_trunk()
    nodes = (
        *trunk.nodes,
        Node("adaptive", AdaptivePool2d(6)),
        Node("flatten", Flatten()),
        Node("dropout6", Dropout(0.5)),
        Node("dense6", Dense(4096)),
        Node("relu6", Relu()),
        Node("dropout7", Dropout(0.5)),
        Node("dense7", Dense(4096)),
        Node("relu7", Relu()),
        Node("dense8", Dense(1000)),
    )
    return ModelSpec(_TITLE, trunk.input, nodes)
