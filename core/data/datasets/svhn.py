"""Street View House Numbers: 73,257 training and 26,032 test pictures, fetched on first use."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.downloads import AUTHORS, from_torchvision


@dataset("SVHN", source="Netzer et al. 2011, Reading digits in natural images")
def svhn(split: str) -> Samples:
    """Colour pictures of 32 x 32 px with a digit at the centre; 240 MB from the network.

    Raises UserError if they are not here and cannot be fetched.
    """
    data = from_torchvision("SVHN", "SVHN", "digits, which is shipped", split=split)
    pictures = np.ascontiguousarray(data.data.transpose(0, 2, 3, 1))
    labels = data.labels.astype(np.int64)
    return Samples("svhn", split, pictures, labels, tuple("0123456789"), AUTHORS)
