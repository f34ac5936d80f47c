"""VGG-16, and how its family is made: stages of 3 x 3 convolutions with a pool after each."""

from __future__ import annotations

from collections.abc import Iterator

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

SOURCE = "Simonyan & Zisserman 2014, arXiv:1409.1556, table 1"

#: Filters of the convolutions of each stage.
_FILTERS = (64, 128, 256, 512, 512)


def vgg(name: str, counts: tuple[int, int, int, int, int]) -> ModelSpec:
    """The network with so many convolutions in each stage, in torchvision's order of layers."""
    nodes = (
        *(node for stage, count in enumerate(counts, 1) for node in _stage(stage, count)),
        Node("flatten", Flatten()),
        Node("dense6", Dense(4096)),
        Node("relu6", Relu()),
        Node("dropout6", Dropout(0.5)),
        Node("dense7", Dense(4096)),
        Node("relu7", Relu()),
        Node("dropout7", Dropout(0.5)),
        Node("dense8", Dense(1000)),
    )
    return ModelSpec(name, (3, 224, 224), nodes)


def _stage(stage: int, count: int) -> Iterator[Node]:
    for number in range(1, count + 1):
        yield Node(f"conv{stage}_{number}", Conv2d(_FILTERS[stage - 1], 3, padding=1))
        yield Node(f"relu{stage}_{number}", Relu())
    yield Node(f"pool{stage}", MaxPool2d(2))


@preset(
    "VGG-16",
    source=f"{SOURCE}, configuration D",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def vgg16() -> ModelSpec:
    """Thirteen convolutions and three dense layers: 138,357,544 parameters."""
    return vgg("VGG-16", (2, 2, 3, 3, 3))
