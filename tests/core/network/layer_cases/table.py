"""Layers of the battery: those of LeCun's first networks."""

from __future__ import annotations

from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.subsampling2d import Subsampling2d
from core.network.layers.table_conv2d import TableConv2d
from tests.core.network.layer_cases import MAPS, Case

CASES: list[Case] = [
    (TableConv2d(4, 3), (MAPS,), 4 * 7 * 9 * 6 * 9),
    (TableConv2d(4, 5, "0-5; 0 3", biases="none"), (MAPS,), 5 * 7 * 2 * (6 + 2) * 25),
    (TableConv2d(4, 3, "0-3; 2-5", 2, 1, -1.0, "unit"), (MAPS,), 5 * 6 * 4 * 4 * 9),
    (Subsampling2d(2), (MAPS,), 6 * 4 * 5),
    (Subsampling2d(3, 2, 1), (MAPS,), 6 * 5 * 6),
    (ScaledTanh(), (MAPS,), 0),
    (ScaledTanh(1.0, 2.0), ((10,),), 0),
]
