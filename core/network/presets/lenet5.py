"""LeNet-5 in its modern form: the network to build and train first."""

from __future__ import annotations

from core.data.datasets.fashion_mnist import CLASSES
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.tanh import Tanh
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

SOURCE = "LeCun et al. 1998, doi:10.1109/5.726791, section II.B"

#: Mean and deviation of Fashion-MNIST's training images.
PREPROCESSING = Preprocessing((28, 28), mean=(0.2860,), std=(0.3530,))


def classes() -> tuple[str, ...]:
    """The ten kinds of clothes of Fashion-MNIST."""
    return CLASSES


@preset(
    "LeNet-5",
    source=SOURCE,
    preprocessing=PREPROCESSING,
    classes=classes,
    example="fashion_mnist:test:0",
)
def lenet5() -> ModelSpec:
    """Two convolutions and three dense layers: 61,706 parameters.

    The published form has 60,000: its second convolution reads only some maps (table I), its
    pooling has a learned scale and shift, and its outputs are distances to fixed codes.
    """
    nodes = (
        Node("conv1", Conv2d(6, 5, 1, 2)),
        Node("tanh1", Tanh()),
        Node("pool1", AvgPool2d(2)),
        Node("conv2", Conv2d(16, 5)),
        Node("tanh2", Tanh()),
        Node("pool2", AvgPool2d(2)),
        Node("flatten", Flatten()),
        Node("dense1", Dense(120)),
        Node("tanh3", Tanh()),
        Node("dense2", Dense(84)),
        Node("tanh4", Tanh()),
        Node("output", Dense(10)),
    )
    return ModelSpec("LeNet-5", (1, 28, 28), nodes)
