"""How fast is the occlusion map of LeNet-5, beside captum at its best setting?"""

from __future__ import annotations

from time import perf_counter

import numpy as np
import torch
from captum.attr import Occlusion
from torch import Tensor

from core.analysis.methods.occlusion import OcclusionParams, occlusion
from core.data.datasets import load_samples
from core.jobs import finish
from core.network.loading import open_model
from core.network.subject import Subject
from core.results import Heatmap
from tests.benchmarks.timing import Row, interleaved
from workbench.engine import set_threads

NAMES = ("occlusion_lenet",)

#: Side of the patch and step, in px of 28, and the positions that they make.
SIZE, STRIDE, POSITIONS = 4, 2, 169
#: Positions that captum may look at in one pass; the fastest counts.
PEERS_BATCHES = (1, 8, 16, 32, 64, 128, POSITIONS)
#: More than this is not the same map.
TOLERANCE = 1e-5
ROUNDS = 31


def rows() -> list[Row]:
    """Milliseconds for one map of a Fashion-MNIST picture, with the same module and threads."""
    set_threads("analyse")
    subject = Subject(open_model("lenet5_fashion"))
    image = subject.prepare(load_samples("fashion_mnist", "test").frame(0)).image
    target = int(subject.scores(image).argmax())

    def ours() -> Heatmap:
        fresh = image.clone()  # so that nothing is remembered of the last map
        steps = occlusion(subject, fresh, target, OcclusionParams(SIZE, STRIDE))
        heat: Heatmap = finish(steps)
        return heat

    batch = min(PEERS_BATCHES, key=lambda batch: _seconds(subject, image, target, batch))
    theirs = _captums(subject, image, target, batch)[0, 0].numpy()
    largest = float(np.abs(theirs).max())
    equal = bool(np.abs(ours().values - theirs).max() < TOLERANCE < largest)
    own, peer, ratio = interleaved(ours, lambda: _captums(subject, image, target, batch), ROUNDS)
    return [Row("occlusion_lenet", own * 1e3, peer * 1e3, ratio, "ms", equal)]


def _captums(subject: Subject, image: Tensor, target: int, batch: int) -> Tensor:
    method = Occlusion(lambda images: subject.module(images).softmax(1))
    with torch.inference_mode():
        found: Tensor = method.attribute(
            image[None],
            sliding_window_shapes=(1, SIZE, SIZE),
            strides=(1, STRIDE, STRIDE),
            target=target,
            perturbations_per_eval=batch,
        )
    return found


def _seconds(subject: Subject, image: Tensor, target: int, batch: int) -> float:
    """The best of three."""
    _captums(subject, image, target, batch)
    found = []
    for _ in range(3):
        began = perf_counter()
        _captums(subject, image, target, batch)
        found.append(perf_counter() - began)
    return min(found)
