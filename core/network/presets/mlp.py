"""A network of dense layers alone, for the task of LeNet-5: what it misses is the convolution."""

from __future__ import annotations

from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.tanh import Tanh
from core.network.presets import preset
from core.network.presets.lenet5 import PREPROCESSING, classes
from core.network.spec import ModelSpec, Node


@preset(
    "MLP 300-100",
    source="LeCun et al. 1998, doi:10.1109/5.726791, section III.C, the network 28x28-300-100-10",
    preprocessing=PREPROCESSING,
    classes=classes,
    example="fashion_mnist:test:0",
)
def mlp() -> ModelSpec:
    """Two hidden layers that know nothing of neighbours: 266,610 parameters."""
    nodes = (
        Node("flatten", Flatten()),
        Node("dense1", Dense(300)),
        Node("tanh1", Tanh()),
        Node("dense2", Dense(100)),
        Node("tanh2", Tanh()),
        Node("output", Dense(10)),
    )
    return ModelSpec("MLP 300-100", (1, 28, 28), nodes)
