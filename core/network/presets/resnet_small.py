"""ResNet-20: the smallest residual network of its paper."""

from __future__ import annotations

from collections.abc import Iterator

from core.network.cifar10 import CIFAR10, cifar10_classes
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.global_pool import GlobalPool
from core.network.layers.pad_channels import PadChannels
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: Filters of each stage, and its blocks of two convolutions: 6n + 2 layers with n = 3.
_FILTERS, _BLOCKS = (16, 32, 64), 3


@preset(
    "ResNet-20",
    source="He et al. 2015, arXiv:1512.03385, section 4.2",
    preprocessing=CIFAR10,
    classes=cifar10_classes,
    example="photos/cat.jpg",
)
def resnet_small() -> ModelSpec:
    """Nine blocks around shortcuts without parameters: 269,722 parameters."""
    nodes = (
        *_normalised("conv0", _FILTERS[0]),
        Node("relu0", Relu()),
        *_blocks(),
        Node("average", GlobalPool()),
        Node("flatten", Flatten()),
        Node("output", Dense(10)),
    )
    return ModelSpec("ResNet-20", (3, 32, 32), nodes)


def _blocks() -> Iterator[Node]:
    source = "relu0"
    for stage, filters in enumerate(_FILTERS, 1):
        for block in range(1, _BLOCKS + 1):
            name = f"stage{stage}_block{block}"
            yield from _block(name, source, filters, widens=block == 1 and stage > 1)
            source = f"{name}_relu2"


def _block(name: str, source: str, filters: int, *, widens: bool) -> Iterator[Node]:
    """Two convolutions after `source`, added to it; if wider, to each second cell of it."""
    yield from _normalised(f"{name}_conv1", filters, 2 if widens else 1)
    yield Node(f"{name}_relu1", Relu())
    yield from _normalised(f"{name}_conv2", filters)
    shortcut = source
    if widens:  # option A of section 3.3
        shortcut = f"{name}_pad"
        yield Node(f"{name}_every_second", AvgPool2d(1, 2), (source,))
        yield Node(shortcut, PadChannels(filters))
    yield Node(f"{name}_add", Add(), (f"{name}_conv2_norm", shortcut))
    yield Node(f"{name}_relu2", Relu())


def _normalised(name: str, filters: int, stride: int = 1) -> tuple[Node, Node]:
    convolution = Conv2d(filters, 3, stride, 1, bias=False)
    return Node(name, convolution), Node(f"{name}_norm", BatchNorm2d())
