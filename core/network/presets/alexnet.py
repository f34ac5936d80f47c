"""AlexNet as it won in 2012: two towers, each on a graphics card of its own."""

from __future__ import annotations

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.local_response_norm import LocalResponseNorm
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: The paper says 224; its 55 x 55 maps of the first layer need 227.
INPUT_SHAPE = (3, 227, 227)


@preset(
    "AlexNet",
    source="Krizhevsky, Sutskever & Hinton 2012, NIPS 25, sections 3.3 to 3.5 and figure 2",
    preprocessing=IMAGENET.resized(INPUT_SHAPE),
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def alexnet() -> ModelSpec:
    """Five convolutions, of which three do not mix the towers: 60,965,224 parameters."""
    nodes = (
        Node("conv1", Conv2d(96, 11, 4)),
        Node("relu1", Relu()),
        Node("norm1", LocalResponseNorm()),
        Node("pool1", MaxPool2d(3, 2)),
        Node("conv2", Conv2d(256, 5, padding=2, groups=2)),
        Node("relu2", Relu()),
        Node("norm2", LocalResponseNorm()),
        Node("pool2", MaxPool2d(3, 2)),
        Node("conv3", Conv2d(384, 3, padding=1)),
        Node("relu3", Relu()),
        Node("conv4", Conv2d(384, 3, padding=1, groups=2)),
        Node("relu4", Relu()),
        Node("conv5", Conv2d(256, 3, padding=1, groups=2)),
        Node("relu5", Relu()),
        Node("pool5", MaxPool2d(3, 2)),
        Node("flatten", Flatten()),
        Node("dense6", Dense(4096)),
        Node("relu6", Relu()),
        Node("dropout6", Dropout(0.5)),
        Node("dense7", Dense(4096)),
        Node("relu7", Relu()),
        Node("dropout7", Dropout(0.5)),
        Node("dense8", Dense(1000)),
    )
    return ModelSpec("AlexNet", INPUT_SHAPE, nodes)
