"""The Neocognitron: layers of S cells that find features, and of C cells that let them move."""

from __future__ import annotations

from collections.abc import Mapping
from math import expm1, log
from typing import TYPE_CHECKING

from core.network.layers.c_cells import CCells
from core.network.layers.s_cells import SCells
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

if TYPE_CHECKING:
    from torch import Tensor

#: Brightness from 0 to 1: cells do not fire less than not at all.
PREPROCESSING = Preprocessing((16, 16), mean=(0.0,), std=(1.0,))

#: Cell planes of every layer.
_PLANES = 24

#: How strongly cells are inhibited before they learn: in the paper, not at all.
_INHIBITION = 0.05


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """Random templates, and next to no inhibition: with more, all S cells but the first are silent.

    A cell that is silent whatever it sees has no gradient to learn by.
    """
    import torch  # here, so that the list of networks does not wait for it

    from core.network.network import Network  # which brings torch

    start = Network(spec).state_dict()
    value = log(expm1(_INHIBITION))  # whose softplus it is
    return {
        name: torch.full_like(tensor, value) if name.endswith(".inhibition") else tensor
        for name, tensor in start.items()
    }


@preset(
    "Neocognitron",
    source="Fukushima 1980, doi:10.1007/BF00344251, section 5",
    preprocessing=PREPROCESSING,
    weights=weights,
    example="fashion_mnist:test:0",
)
def neocognitron() -> ModelSpec:
    """Three pairs of layers, down to one cell in each of 24 planes: 29,472 parameters.

    Numbers of cells and inputs, selectivities and saturation are the published ones.  The step
    and the border of the C layers are not stated there, and follow from their sizes.  What is
    modern: it learns by gradient descent, there by itself, the strongest cell of a column
    imprinting what it sees on its plane.  It is opened as it begins there, before it has learned.
    It ends in features; append a Flatten and a Dense layer to name classes.
    """
    nodes = (
        Node("s1", SCells(_PLANES, 5, padding=2, selectivity=4.0)),
        Node("c1", CCells(5, 2, padding=4, lateral=True)),
        Node("s2", SCells(_PLANES, 5, padding=1, selectivity=1.5)),
        Node("c2", CCells(5, 2, padding=4, lateral=True)),
        Node("s3", SCells(_PLANES, 5, selectivity=1.5)),
        Node("c3", CCells(2, 1, lateral=True)),
    )
    return ModelSpec("Neocognitron", (1, 16, 16), nodes)
