"""The convolutions of AlexNet: its first layer is the textbook picture of learned Gabors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.network.imagenet import IMAGENET
from core.network.layers.conv2d import Conv2d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.presets import preset
from core.network.spec import ModelSpec, Node
from core.paths import resource

if TYPE_CHECKING:
    from torch import Tensor

#: torchvision's index of each convolution among the features.
_INDEX = {"conv1": 0, "conv2": 3, "conv3": 6, "conv4": 8, "conv5": 10}


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The weights trained on ImageNet, kept at half precision."""
    from core.network.weights import read_weights  # here, as it brings torch

    kept = read_weights(resource("weights", "alexnet_trunk_fp16.safetensors"))
    return {
        f"{name}.{part}": kept[f"features.{index}.{part}"].float()
        for name, index in _INDEX.items()
        for part in ("weight", "bias")
    }


@preset(
    "AlexNet trunk",
    source="Krizhevsky 2014, arXiv:1404.5997, as in torchvision",
    preprocessing=IMAGENET,
    weights=weights,
    example="photos/cat.jpg",
)
def alexnet_trunk() -> ModelSpec:
    """Five convolutions; without the dense layers it takes pictures of any size."""
    nodes = (
        Node("conv1", Conv2d(64, 11, 4, 2)),
        Node("relu1", Relu()),
        Node("pool1", MaxPool2d(3, 2)),
        Node("conv2", Conv2d(192, 5, 1, 2)),
        Node("relu2", Relu()),
        Node("pool2", MaxPool2d(3, 2)),
        Node("conv3", Conv2d(384, 3, 1, 1)),
        Node("relu3", Relu()),
        Node("conv4", Conv2d(256, 3, 1, 1)),
        Node("relu4", Relu()),
        Node("conv5", Conv2d(256, 3, 1, 1)),
        Node("relu5", Relu()),
        Node("pool5", MaxPool2d(3, 2)),
    )
    return ModelSpec("AlexNet trunk", (3, 224, 224), nodes)
