"""Networks that read signals or clips: every analysis shows them, or says why not."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.declare import ANALYSES, Inputs
from core.analysis.methods.activations import ActivationsParams, activations
from core.errors import UserError
from core.jobs import finish
from core.network.layers.conv1d import Conv1d
from core.network.layers.conv3d import Conv3d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import LayerKind, ModelSpec, Node, Shape
from core.network.subject import Subject

FRAME = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
SHOWN = {"activations", "predictions", "thumbnails", "filters", "cell"}
#: A dense layer has no kernels, and no cell (0, 3).
NOT_OF_DENSE = {"filters", "cell"}


def _snapshot(shape: Shape, convolution: LayerKind) -> Snapshot:
    ops = {"conv": convolution, "relu": Relu(), "flatten": Flatten(), "dense": Dense(3)}
    spec = ModelSpec("small", shape, tuple(Node(name, op) for name, op in ops.items()))
    return Snapshot(Model("Small", plain(shape), spec, classes=("a", "b", "c")))


SIGNAL, CLIP = _snapshot((4, 30), Conv1d(6, 5)), _snapshot((3, 5, 12, 16), Conv3d(6, 3))


@pytest.mark.parametrize("snapshot", [SIGNAL, CLIP], ids=["signal", "clip"])
@pytest.mark.parametrize("layer", ["conv", "dense"])
@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_shows_it_or_says_what_to_choose(
    name: str, layer: str, snapshot: Snapshot
) -> None:
    inputs = Inputs(snapshot=snapshot, frame=FRAME, layer=layer, unit=1, cell=(0, 3), target=1)
    if name in SHOWN and not (layer == "dense" and name in NOT_OF_DENSE):
        assert finish(ANALYSES[name].start(inputs)) is not None
        return
    with pytest.raises(UserError, match=r"[Cc]hoose|[Oo]pen|Make|Click"):
        finish(ANALYSES[name].start(inputs))


@pytest.mark.parametrize(
    ("snapshot", "shape"), [(SIGNAL, (6, 1, 26)), (CLIP, (6, 10, 3 * 14))], ids=["signal", "clip"]
)
def test_each_channel_is_one_map(snapshot: Snapshot, shape: Shape) -> None:
    subject = Subject(snapshot)
    image = subject.prepare(FRAME).image
    grid = activations(subject, image, "conv", ActivationsParams(after=False))
    assert grid.maps.shape == shape
    output = subject.outputs(image, "conv")["conv"].numpy()
    last = output[1, -1] if output.ndim == 4 else output[1:2]
    assert np.array_equal(grid.maps[1, :, -last.shape[1] :], last)
