"""ImageNet's classes, and how networks trained on it want their input.

Source: Russakovsky et al. 2014, arXiv:1409.0575.
"""

from __future__ import annotations

import json
from functools import lru_cache

from core.network.preprocessing import Preprocessing
from core.paths import resource

#: As torchvision's networks want it: the shorter side scaled to 256, its centre of 224 kept, mean
#: and deviation of the training set by channel.
IMAGENET = Preprocessing((224, 224), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 224 / 256)


@lru_cache
def imagenet_classes() -> tuple[str, ...]:
    """The names of the 1000 classes, in the order of the usual classifiers' outputs."""
    names = json.loads(resource("weights", "imagenet_classes.json").read_text("utf-8"))
    return tuple(names)
