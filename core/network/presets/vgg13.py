"""VGG-13: two convolutions in every stage."""

from __future__ import annotations

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.presets import preset
from core.network.presets.vgg16 import SOURCE, vgg
from core.network.spec import ModelSpec


@preset(
    "VGG-13",
    source=f"{SOURCE}, configuration B",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def vgg13() -> ModelSpec:
    """Ten convolutions and three dense layers: 133,047,848 parameters."""
    return vgg("VGG-13", (2, 2, 2, 2, 2))
