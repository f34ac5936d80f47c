"""A network that sees spoken digits in their spectrograms."""

from __future__ import annotations

from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: One channel of 32 mel bands over 32 moments.
SIDE = 32


@preset(
    "Spoken digits by the spectrogram",
    source="a small network of 3 x 3 convolutions as in Simonyan & Zisserman 2015, "
    "arXiv:1409.1556; the size is ours",
    preprocessing=Preprocessing((SIDE, SIDE), mean=(0.5,), std=(0.25,)),
    example="fashion_mnist:test:0",
)
def spoken_spectrogram() -> ModelSpec:
    """Three convolutions over frequency and time: 64,490 parameters.

    Train it on a folder of spoken digits as spectrograms of 32 bands and 32 columns.
    """
    nodes = (
        *_block(1, 16),
        Node("pool1", MaxPool2d(2)),
        *_block(2, 32),
        Node("pool2", MaxPool2d(2)),
        *_block(3, 64),
        Node("flatten", Flatten()),
        Node("dropout", Dropout(0.5)),
        Node("output", Dense(10)),
    )
    return ModelSpec("Spoken digits by the spectrogram", (1, SIDE, SIDE), nodes)


def _block(number: int, filters: int) -> tuple[Node, ...]:
    return (
        Node(f"conv{number}", Conv2d(filters, 3, padding=1)),
        Node(f"norm{number}", BatchNorm2d()),
        Node(f"relu{number}", Relu()),
    )
