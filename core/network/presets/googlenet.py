"""GoogLeNet: nine modules of branches that look at four scales at once."""

from __future__ import annotations

from collections.abc import Iterator

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.local_response_norm import LocalResponseNorm
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: Table 1: filters of 1 x 1, of 3 x 3 after their reduction, of 5 x 5 after theirs, after the pool.
_MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}

#: The modules after which the maps are halved.
_HALVED_AFTER = ("3b", "4e")


@preset(
    "GoogLeNet",
    source="Szegedy et al. 2014, arXiv:1409.4842, table 1 and figure 3",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def googlenet() -> ModelSpec:
    """22 layers with weights one after the other, 58 in all: 6,998,552 parameters.

    The network as it answers: without the two classifiers that help it to learn, and the softmax.
    Its pools are padded by 1, where the authors' go beyond the last column.
    """
    nodes = (*_stem(), *_modules(), *_head())
    return ModelSpec("GoogLeNet", (3, 224, 224), nodes)


def _stem() -> Iterator[Node]:
    yield from _convolved("conv1", Conv2d(64, 7, 2, 3))
    yield Node("pool1", MaxPool2d(3, 2, 1))
    yield Node("norm1", LocalResponseNorm())
    yield from _convolved("conv2_reduce", Conv2d(64, 1))
    yield from _convolved("conv2", Conv2d(192, 3, padding=1))
    yield Node("norm2", LocalResponseNorm())
    yield Node("pool2", MaxPool2d(3, 2, 1))


def _modules() -> Iterator[Node]:
    source = "pool2"
    for name, filters in _MODULES.items():
        yield from _module(f"inception{name}", source, filters)
        source = f"inception{name}"
        if name in _HALVED_AFTER:
            source = f"pool{name[0]}"
            yield Node(source, MaxPool2d(3, 2, 1))


def _module(name: str, source: str, filters: tuple[int, ...]) -> Iterator[Node]:
    """Four branches after `source`, side by side."""
    one, reduce3, three, reduce5, five, pool = filters
    yield from _convolved(f"{name}_1x1", Conv2d(one, 1), source)
    yield from _convolved(f"{name}_3x3_reduce", Conv2d(reduce3, 1), source)
    yield from _convolved(f"{name}_3x3", Conv2d(three, 3, padding=1))
    yield from _convolved(f"{name}_5x5_reduce", Conv2d(reduce5, 1), source)
    yield from _convolved(f"{name}_5x5", Conv2d(five, 5, padding=2))
    yield Node(f"{name}_pool", MaxPool2d(3, 1, 1), (source,))
    yield from _convolved(f"{name}_pool_proj", Conv2d(pool, 1))
    branches = ("1x1", "3x3", "5x5", "pool_proj")
    yield Node(name, Concat(), tuple(f"{name}_{branch}_relu" for branch in branches))


def _convolved(name: str, convolution: Conv2d, source: str = "") -> Iterator[Node]:
    yield Node(name, convolution, (source,) if source else ())
    yield Node(f"{name}_relu", Relu())


def _head() -> Iterator[Node]:
    yield Node("pool5", AvgPool2d(7))
    yield Node("dropout", Dropout(0.4))
    yield Node("flatten", Flatten())
    yield Node("output", Dense(1000))
