"""Small trainings that are watched, for the doctor and the docks."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from core.data.datasets import Samples, load_samples
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.presets.lenet5 import PREPROCESSING
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from core.training.case import Case
from core.training.divergence import Diverged
from core.training.settings import TrainParams
from core.training.train import TrainingReport, train
from core.training.watcher import Watcher


def clothes(count: int, split: str = "train") -> Samples:
    """The first pictures of Fashion-MNIST, in an order that mixes the classes."""
    whole = load_samples("fashion_mnist", split)
    chosen = np.random.default_rng(0).permutation(len(whole))[:count]
    return Samples(whole.name, split, whole.images[chosen], whole.labels[chosen], whole.classes)


def watched(
    spec: ModelSpec,
    params: TrainParams,
    data: Samples,
    test: Samples,
    *,
    share: float = 1e9,
    steps: int | None = None,
    exam_size: int = 0,
) -> TrainingReport:
    """The last report of a training, by default watched at every step."""
    snapshot = Snapshot(Model(spec.name, PREPROCESSING, spec))
    watcher = Watcher(spec, exam_size or len(test), share)
    training = train(snapshot, data, test, params, seed=0, steps=steps, observer=watcher)
    report: TrainingReport | None = None
    with suppress(Diverged):
        for news in training:
            report = news.partial or report
    assert report is not None
    return report


def case(spec: ModelSpec, params: TrainParams, data: Samples, test: Samples) -> Case:
    """What a doctor knows at the end of a training."""
    report = watched(spec, params, data, test)
    return Case(spec, params, data.classes, report.observation, report.curves)


def small_network() -> ModelSpec:
    """Four filters and ten classes: for trainings of a few steps."""
    nodes = (
        Node("conv", Conv2d(4, 5, stride=3)),
        Node("relu", Relu()),
        Node("flatten", Flatten()),
        Node("output", Dense(10)),
    )
    return ModelSpec("small", (1, 28, 28), nodes)
