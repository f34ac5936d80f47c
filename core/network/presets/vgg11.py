"""VGG-11: the smallest of its family."""

from __future__ import annotations

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.presets import preset
from core.network.presets.vgg16 import SOURCE, vgg
from core.network.spec import ModelSpec


@preset(
    "VGG-11",
    source=f"{SOURCE}, configuration A",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def vgg11() -> ModelSpec:
    """Eight convolutions and three dense layers: 132,863,336 parameters."""
    return vgg("VGG-11", (1, 1, 2, 2, 2))
