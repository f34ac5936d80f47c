"""The lecture's X under its three filters, and what a classifier above them says: X or O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.data.datasets.lecture_examples import X
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.presets.lecture_x import FILTERS, lecture_x
from core.network.spec import ModelSpec, Node

if TYPE_CHECKING:
    from torch import Tensor

#: The other letter, drawn here: the lecture shows the X alone.
LETTER_O = """
    .........
    ...###...
    ..#...#..
    .#.....#.
    .#.....#.
    .#.....#.
    ..#...#..
    ...###...
    .........
"""
_TITLE = "The X and O network"


def classes() -> tuple[str, ...]:
    """The two letters."""
    return ("X", "O")


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The lecture's filters, and for each letter the pooled maps m of its drawing.

    The output for maps f is (m · f - |m|² / 2) / n: the greater, the nearer f is to m.
    """
    import torch  # here, so that the list of networks does not wait for it

    filters = torch.tensor(FILTERS, dtype=torch.float32)[:, None]
    letters = torch.stack([_pooled(drawing, filters) for drawing in (X, LETTER_O)])
    count = letters.shape[1]
    return {
        "conv.weight": filters,
        "output.weight": letters / count,
        "output.bias": -letters.square().sum(1) / (2 * count),
    }


def _pooled(drawing: str, filters: Tensor) -> Tensor:
    """The maps of a drawing after convolution, rectifier and pool, as a vector."""
    import torch  # here, as above
    from torch.nn.functional import conv2d, max_pool2d

    rows = [[1.0 if cell == "#" else -1.0 for cell in row] for row in drawing.split()]
    return max_pool2d(conv2d(torch.tensor([[rows]]), filters).relu(), 2).flatten()


@preset(
    _TITLE,
    source="the lectures' second worked example, with a classifier of two units",
    # black is -1 and white is 1
    preprocessing=Preprocessing((9, 9), mean=(0.5,), std=(0.5,)),
    classes=classes,
    weights=weights,
    example="lecture_examples:test:1",
)
def xo_net() -> ModelSpec:
    """The layers of the lecture's X, then one unit for each letter."""
    nodes = (*lecture_x().nodes, Node("flatten", Flatten()), Node("output", Dense(2)))
    return ModelSpec(_TITLE, (1, 9, 9), nodes)
