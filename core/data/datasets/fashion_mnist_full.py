"""All of Fashion-MNIST: 60,000 training and 10,000 test pictures, fetched on first use."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.datasets.fashion_mnist import CLASSES, SOURCE
from core.data.downloads import AUTHORS, from_torchvision


@dataset("Fashion-MNIST, all 70,000", source=SOURCE)
def fashion_mnist_full(split: str) -> Samples:
    """Grey pictures of clothes, 31 MB from the network the first time.

    Raises UserError if they are not here and cannot be fetched.
    """
    data = from_torchvision(
        "FashionMNIST",
        "Fashion-MNIST",
        "fashion_mnist, 12,000 of its pictures",
        train=split == "train",
    )
    labels = data.targets.numpy().astype(np.int64)
    return Samples("fashion_mnist_full", split, data.data.numpy(), labels, CLASSES, AUTHORS)
