"""MNIST: 60,000 training and 10,000 test pictures of handwritten digits, fetched on first use."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.downloads import AUTHORS, from_torchvision


@dataset("MNIST", source="LeCun, Bottou, Bengio & Haffner 1998, doi:10.1109/5.726791")
def mnist(split: str) -> Samples:
    """Grey pictures of 28 x 28 px, white on black; 12 MB from the network the first time.

    Raises UserError if they are not here and cannot be fetched.
    """
    data = from_torchvision(
        "MNIST", "MNIST", "digits, 1,797 smaller pictures", train=split == "train"
    )
    labels = data.targets.numpy().astype(np.int64)
    return Samples("mnist", split, data.data.numpy(), labels, tuple("0123456789"), AUTHORS)
