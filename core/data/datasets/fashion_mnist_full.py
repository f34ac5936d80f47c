"""All of Fashion-MNIST: 60,000 training and 10,000 test pictures, fetched on first use."""

from __future__ import annotations

import logging

import numpy as np

from core.data.datasets import Samples, dataset
from core.data.datasets.fashion_mnist import CLASSES, SOURCE
from core.errors import UserError
from core.paths import cache_folder

log = logging.getLogger(__name__)


@dataset("Fashion-MNIST, all 70,000", source=SOURCE)
def fashion_mnist_full(split: str) -> Samples:
    """Grey pictures of clothes, 31 MB from the network the first time.

    Raises UserError if they are not here and cannot be fetched.
    """
    from core.data.torchvision_import import torchvision  # here, as it brings torch

    folder = cache_folder() / "datasets"
    fetch = torchvision().datasets.FashionMNIST
    try:
        data = fetch(folder, train=split == "train", download=True)
    except (OSError, RuntimeError) as error:
        log.info("Fashion-MNIST: %s", error)
        raise UserError(
            "The whole of Fashion-MNIST could not be fetched, and is not here yet; connect to a "
            "network and try again, or choose fashion_mnist, 12,000 of its pictures."
        ) from error
    images, labels = data.data.numpy(), data.targets.numpy()
    return Samples("fashion_mnist_full", split, images, labels.astype(np.int64), CLASSES)
