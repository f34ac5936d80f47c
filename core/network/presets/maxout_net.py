"""A network whose units each take the largest of several filters."""

from __future__ import annotations

from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.maxout import Maxout
from core.network.presets import preset
from core.network.presets.lenet5 import PREPROCESSING, classes
from core.network.spec import ModelSpec, Node


@preset(
    "Maxout network",
    source="Goodfellow et al. 2013, arXiv:1302.4389, section 5.1; sizes as in the authors' "
    "pylearn2, scripts/papers/maxout/mnist.yaml",
    preprocessing=PREPROCESSING,
    classes=classes,
    example="fashion_mnist:test:0",
)
def maxout_net() -> ModelSpec:
    """Three convolutions, of two and of four filters a unit: 417,514 parameters.

    Here each map has one bias, and a window that hangs over the border is left out.
    """
    nodes = (
        Node("dropout0", Dropout(0.2)),
        Node("conv1", Conv2d(96, 8)),
        Node("maxout1", Maxout(2)),
        Node("pool1", MaxPool2d(4, 2)),
        Node("dropout1", Dropout(0.5)),
        Node("conv2", Conv2d(96, 8, padding=3)),
        Node("maxout2", Maxout(2)),
        Node("pool2", MaxPool2d(4, 2)),
        Node("dropout2", Dropout(0.5)),
        Node("conv3", Conv2d(96, 5, padding=3)),
        Node("maxout3", Maxout(4)),
        Node("pool3", MaxPool2d(2)),
        Node("dropout3", Dropout(0.5)),
        Node("flatten", Flatten()),
        Node("output", Dense(10)),
    )
    return ModelSpec("Maxout network", (1, 28, 28), nodes)
