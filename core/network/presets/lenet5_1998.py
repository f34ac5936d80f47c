"""LeNet-5 as published, with its table of connections and its learned pooling."""

from __future__ import annotations

from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.subsampling2d import Subsampling2d
from core.network.layers.table_conv2d import TableConv2d
from core.network.presets import preset
from core.network.presets.lenet5 import PREPROCESSING, SOURCE, classes
from core.network.spec import ModelSpec, Node

#: Table I: each three and each four neighbours in a ring of six maps, three times two pairs, all.
_TABLE = (
    "0-2; 1-3; 2-4; 3-5; 0 4 5; 0 1 5; "
    "0-3; 1-4; 2-5; 0 3-5; 0 1 4 5; 0-2 5; "
    "0 1 3 4; 1 2 4 5; 0 2 3 5; 0-5"
)


@preset(
    "LeNet-5 of 1998",
    source=f"{SOURCE}, table I, figure 2",
    preprocessing=PREPROCESSING,
    classes=classes,
    example="fashion_mnist:test:0",
)
def lenet5_1998() -> ModelSpec:
    """The 60,000 parameters that were learned, and a dense output of 850.

    The published output compares the 84 values before it with a fixed drawing of each class;
    here it is a dense layer.  The border of two pixels around its pictures is padding here.
    """
    nodes = (
        Node("c1", Conv2d(6, 5, padding=2)),
        Node("tanh1", ScaledTanh()),
        Node("s2", Subsampling2d(2)),
        Node("tanh2", ScaledTanh()),
        Node("c3", TableConv2d(16, 5, _TABLE)),
        Node("tanh3", ScaledTanh()),
        Node("s4", Subsampling2d(2)),
        Node("tanh4", ScaledTanh()),
        Node("c5", Conv2d(120, 5)),
        Node("tanh5", ScaledTanh()),
        Node("flatten", Flatten()),
        Node("f6", Dense(84)),
        Node("tanh6", ScaledTanh()),
        Node("output", Dense(10)),
    )
    return ModelSpec("LeNet-5 of 1998", (1, 28, 28), nodes)
