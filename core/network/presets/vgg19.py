"""VGG-19: the deepest of its family."""

from __future__ import annotations

from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.presets import preset
from core.network.presets.vgg16 import SOURCE, vgg
from core.network.spec import ModelSpec


@preset(
    "VGG-19",
    source=f"{SOURCE}, configuration E",
    preprocessing=IMAGENET,
    classes=imagenet_classes,
    example="photos/cat.jpg",
)
def vgg19() -> ModelSpec:
    """Sixteen convolutions and three dense layers: 143,667,240 parameters."""
    return vgg("VGG-19", (2, 2, 4, 4, 4))
