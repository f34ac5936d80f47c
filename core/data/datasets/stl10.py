"""STL-10: 5,000 training and 8,000 test pictures of 10 classes, fetched on first use."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.downloads import AUTHORS, from_torchvision


@dataset("STL-10", source="Coates, Lee & Ng 2011, PMLR 15:215")
def stl10(split: str) -> Samples:
    """Colour pictures of 96 x 96 px, as many of each class; 2.6 GB from the network.

    Raises UserError if they are not here and cannot be fetched.
    """
    data = from_torchvision("STL10", "STL-10", "cifar10, a sixteenth of its size", split=split)
    pictures = np.ascontiguousarray(data.data.transpose(0, 2, 3, 1))
    labels = data.labels.astype(np.int64)
    return Samples("stl10", split, pictures, labels, tuple(data.classes), AUTHORS)
