"""A part of Fashion-MNIST that is shipped: 12,000 training and 2,000 test pictures of 28 x 28 px.

It holds the first 1,200 pictures of each class of the training set, and the first 200 of each
class of the test set, in the order of the original files; made from the Debian package
dataset-fashion-mnist.
"""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.paths import resource

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

DIVISION = (
    "The first 1,200 pictures of each class in the authors' training set are for training, the "
    "first 200 in their test set for testing."
)

SOURCE = "Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747; MIT licence, Zalando SE"


@dataset("Fashion-MNIST", source=SOURCE)
def fashion_mnist(split: str) -> Samples:
    """Grey pictures of clothes, as many of each class."""
    with np.load(resource("datasets", f"fashion_mnist_{split}.npz")) as file:
        images, labels = file["images"], file["labels"]
    return Samples("fashion_mnist", split, images, labels.astype(np.int64), CLASSES, DIVISION)
