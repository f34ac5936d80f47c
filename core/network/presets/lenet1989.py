"""LeNet of 1989: the first convolutional network trained by backpropagation on real data."""

from __future__ import annotations

from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.table_conv2d import TableConv2d
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.presets.lenet5 import classes
from core.network.spec import ModelSpec, Node

#: Pixels from -1 to 1, as in the paper.
PREPROCESSING = Preprocessing((16, 16), mean=(0.5,), std=(0.5,))

#: Eight of the twelve maps below for each map, and each of them for eight.
_EIGHT_OF_TWELVE = "0-7; 4-11; 0-3 8-11"


@preset(
    "LeNet of 1989",
    source="LeCun et al. 1989, doi:10.1162/neco.1989.1.4.541, section 4",
    preprocessing=PREPROCESSING,
    classes=classes,
    example="fashion_mnist:test:0",
)
def lenet1989() -> ModelSpec:
    """Two convolutions with a stride in place of pooling, biases unshared: 9,760 parameters.

    The layers, their sizes and counts are the published ones.  The paper does not say which eight
    maps each map of the second layer reads, so the table is ours.  Here the output is a score for
    each class, as the loss is the cross-entropy; there it went through the tanh, to be near 1 or
    -1.
    """
    nodes = (
        Node("h1", TableConv2d(12, 5, "", 2, 2, -1.0, "unit")),
        Node("tanh1", ScaledTanh()),
        Node("h2", TableConv2d(12, 5, _EIGHT_OF_TWELVE, 2, 2, -1.0, "unit")),
        Node("tanh2", ScaledTanh()),
        Node("flatten", Flatten()),
        Node("h3", Dense(30)),
        Node("tanh3", ScaledTanh()),
        Node("output", Dense(10)),
    )
    return ModelSpec("LeNet of 1989", (1, 16, 16), nodes)
