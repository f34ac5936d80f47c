"""A tiny network, and pictures that it can learn in a few steps."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.datasets import Samples
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.training.settings import TrainParams

CLASSES = ("top left", "top right", "bottom left", "bottom right")


def quarters(count: int, seed: int, split: str = "train") -> Samples:
    """Noise of 8 x 8 px with one quarter brighter than the others."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 100, (count, 8, 8), np.uint8)
    labels = random.integers(0, 4, count)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[row * 4 : row * 4 + 4, column * 4 : column * 4 + 4] += 100
    return Samples("quarters", split, images, labels, CLASSES)


@pytest.fixture
def data() -> Samples:
    return quarters(60, seed=1)


@pytest.fixture
def test() -> Samples:
    return quarters(30, seed=2, split="test")


@pytest.fixture
def spec() -> ModelSpec:
    nodes = (
        Node("conv", Conv2d(4, 3)),
        Node("norm", BatchNorm2d()),
        Node("relu", Relu()),
        Node("conv2", Conv2d(4, 3)),
        Node("flatten", Flatten()),
        Node("drop", Dropout(0.3)),
        Node("output", Dense(4)),
    )
    return ModelSpec("tiny", (1, 8, 8), nodes)


@pytest.fixture
def snapshot(spec: ModelSpec) -> Snapshot:
    return Snapshot(Model("tiny", plain(spec.input), spec), seed=3)


@pytest.fixture
def params() -> TrainParams:
    return TrainParams(batch=8, epochs=2, rate=0.01, shift=1)
