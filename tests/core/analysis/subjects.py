"""Small networks that analyses look at in tests."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.data.datasets import load_samples
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import PRESETS
from core.network.snapshot import Model, Snapshot
from core.network.spec import LayerKind, ModelSpec, Node, Shape
from core.network.subject import Subject

CLASSES = ("a", "b", "c")


def snapshot_of(
    *layers: tuple[str, LayerKind], given: Shape = (3, 16, 16), classes: tuple[str, ...] = ()
) -> Snapshot:
    """A chain of named layers with random weights."""
    spec = ModelSpec("chain", given, tuple(Node(name, op) for name, op in layers))
    size, channels = (given[1], given[2]), given[0]
    mean = Preprocessing(size, (0.5,) * channels, (0.5,) * channels)
    return Snapshot(Model("chain", mean, spec, classes=classes), seed=1)


def classifier() -> Snapshot:
    """A convolution, pooling and three classes, for images of 3 x 16 x 16."""
    return snapshot_of(
        ("conv", Conv2d(4, 3, padding=1)),
        ("relu", Relu()),
        ("pool", MaxPool2d(2)),
        ("flatten", Flatten()),
        ("dense", Dense(3)),
        classes=CLASSES,
    )


def subject_of_module(module: nn.Module, given: Shape, classes: tuple[str, ...] = ()) -> Subject:
    """A subject of a module that was not described here."""
    channels, height, width = given
    plain = Preprocessing((height, width), (0.0,) * channels, (1.0,) * channels)
    return Subject(Snapshot(Model("module", plain, classes=classes), module=module))


def lecture(preset: str, index: int) -> tuple[Subject, Tensor]:
    """A network of the lectures, and example `index` as its input."""
    found = PRESETS[preset]
    spec = found.spec()
    weights = found.weights(spec) if found.weights else {}
    subject = Subject(Snapshot(Model(preset, found.preprocessing, spec), weights))
    return subject, subject.prepare(load_samples("lecture_examples").frame(index)).image


def image_of(subject: Subject, seed: int = 0) -> Tensor:
    """Random numbers in the shape of a subject's input."""
    shape = (subject.model.preprocessing.channels, *subject.input_size)
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
