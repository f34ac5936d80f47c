"""A time-delay network that hears spoken digits in the wave itself."""

from __future__ import annotations

from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.conv1d import Conv1d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.global_pool import GlobalPool
from core.network.layers.max_pool1d import MaxPool1d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: One channel, and half a second at 8,000 samples a second.
INPUT_SHAPE = (1, 4096)


@preset(
    "Spoken digits by the wave",
    source="a time-delay network as in Waibel et al. 1989, doi:10.1109/29.21701; ReLU, batch "
    "normalisation and the first kernels on the wave are ours",
    preprocessing=Preprocessing(INPUT_SHAPE, mean=(0.5,), std=(0.25,), form="signal"),
    example="fashion_mnist:test:0",
)
def spoken_wave() -> ModelSpec:
    """Three convolutions along time, the first over 4 ms of the wave: 32,874 parameters.

    Train it on a folder of spoken digits as waves of 4,096 samples.
    """
    nodes = (
        *_block(1, Conv1d(32, 32, stride=8)),
        Node("pool1", MaxPool1d(4)),
        *_block(2, Conv1d(64, 5)),
        Node("pool2", MaxPool1d(4)),
        *_block(3, Conv1d(64, 5)),
        Node("average", GlobalPool()),
        Node("flatten", Flatten()),
        Node("output", Dense(10)),
    )
    return ModelSpec("Spoken digits by the wave", INPUT_SHAPE, nodes)


def _block(number: int, convolution: Conv1d) -> tuple[Node, ...]:
    return (
        Node(f"conv{number}", convolution),
        Node(f"norm{number}", BatchNorm1d()),
        Node(f"relu{number}", Relu()),
    )
