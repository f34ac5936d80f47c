"""Handwritten digits of 8 x 8 px, as scikit-learn ships them."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset

#: The first 1,437 of the 1,797 pictures, four in five, are for training, the other 360 for testing.
TRAINING = 1437

DIVISION = f"The first {TRAINING:,} pictures are for training and the other 360 for testing."

#: The ink of the brightest pixel.
FULL = 16


@dataset("Digits, 8 × 8", source="Alpaydin & Kaynak 1998, doi:10.24432/C50P49")
def digits(split: str) -> Samples:
    """Grey pictures of the digits 0 to 9, white on black."""
    from sklearn.datasets import load_digits  # here, as it takes about a second to import

    data = load_digits()
    part = slice(None, TRAINING) if split == "train" else slice(TRAINING, None)
    images = np.round(data.images[part] * (255 / FULL)).astype(np.uint8)
    names = tuple(str(digit) for digit in data.target_names)
    labels = data.target[part].astype(np.int64)
    return Samples("digits", split, images, labels, names, DIVISION)
