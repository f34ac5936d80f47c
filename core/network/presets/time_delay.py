"""The time-delay network: convolution along time, for speech."""

from __future__ import annotations

from core.network.layers.conv1d import Conv1d
from core.network.layers.flatten import Flatten
from core.network.layers.global_pool import GlobalPool
from core.network.layers.sigmoid import Sigmoid
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

#: Coefficients of a frame, and frames.
INPUT_SHAPE = (16, 15)


def classes() -> tuple[str, ...]:
    """The three consonants that it tells apart."""
    return ("B", "D", "G")


@preset(
    "Time-delay network",
    source="Waibel et al. 1989, doi:10.1109/29.21701, section II",
    preprocessing=Preprocessing(INPUT_SHAPE, mean=(0.0,), std=(1.0,), form="signal"),
    classes=classes,
    example="fashion_mnist:test:0",
)
def time_delay() -> ModelSpec:
    """Two layers that see three and five frames at a time: 515 parameters.

    It reads 16 coefficients of the spectrum of sound in 15 frames; where there is no sound, the
    rows of a picture stand for the coefficients.  The evidence for each class is averaged over the
    frames; there it was summed with equal weights, and went through another sigmoid.
    """
    nodes = (
        Node("conv1", Conv1d(8, 3)),
        Node("sigmoid1", Sigmoid()),
        Node("conv2", Conv1d(3, 5)),
        Node("sigmoid2", Sigmoid()),
        Node("average", GlobalPool()),
        Node("output", Flatten()),
    )
    return ModelSpec("Time-delay network", INPUT_SHAPE, nodes)
