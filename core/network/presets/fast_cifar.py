"""A residual network of nine layers that learns CIFAR-10 in a minute on a graphics card."""

from __future__ import annotations

from core.network.cifar10 import CIFAR10, cifar10_classes
from core.network.layers.add import Add
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.global_pool import GlobalPool
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node


@preset(
    "Fast CIFAR-10 network",
    source="Page 2018, myrtle.ai, How to train your ResNet, part 4; the code is "
    "github.com/davidcpage/cifar10-fast",
    preprocessing=CIFAR10,
    classes=cifar10_classes,
    example="photos/cat.jpg",
)
def fast_cifar() -> ModelSpec:
    """Eight convolutions, four of them in residual blocks: 6,573,120 parameters.

    The published form divides the outputs by 8, which only sets the pace of its training.
    """
    nodes = (
        *_convolution("prep", 64),
        *_convolution("layer1", 128),
        Node("pool1", MaxPool2d(2)),
        *_residual("res1", 128, "pool1"),
        *_convolution("layer2", 256),
        Node("pool2", MaxPool2d(2)),
        *_convolution("layer3", 512),
        Node("pool3", MaxPool2d(2)),
        *_residual("res3", 512, "pool3"),
        Node("largest", GlobalPool("max")),
        Node("flatten", Flatten()),
        Node("output", Dense(10, bias=False)),
    )
    return ModelSpec("Fast CIFAR-10 network", (3, 32, 32), nodes)


def _convolution(name: str, filters: int) -> tuple[Node, ...]:
    return (
        Node(f"{name}_conv", Conv2d(filters, 3, padding=1, bias=False)),
        Node(f"{name}_norm", BatchNorm2d()),
        Node(f"{name}_relu", Relu()),
    )


def _residual(name: str, filters: int, source: str) -> tuple[Node, ...]:
    """Two convolutions after `source`, added to it."""
    return (
        *_convolution(f"{name}_1", filters),
        *_convolution(f"{name}_2", filters),
        Node(f"{name}_add", Add(), (f"{name}_2_relu", source)),
    )
