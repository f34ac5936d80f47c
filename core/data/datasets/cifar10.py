"""CIFAR-10: 50,000 training and 10,000 test pictures of 10 classes, fetched on first use."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.downloads import AUTHORS, from_torchvision


@dataset(
    "CIFAR-10", source="Krizhevsky 2009, Learning multiple layers of features from tiny images"
)
def cifar10(split: str) -> Samples:
    """Colour pictures of 32 x 32 px, as many of each class; 170 MB from the network.

    Raises UserError if they are not here and cannot be fetched.
    """
    data = from_torchvision(
        "CIFAR10", "CIFAR-10", "shapes?colour=true, which is drawn here", train=split == "train"
    )
    labels = np.array(data.targets, np.int64)
    pictures = np.ascontiguousarray(data.data)
    return Samples("cifar10", split, pictures, labels, tuple(data.classes), AUTHORS)
