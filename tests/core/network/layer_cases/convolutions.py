"""Layers of the battery: convolutions of all kinds, fixed kernels, and cells of the cortex."""

from __future__ import annotations

from core.network.layers.c_cells import CCells
from core.network.layers.complex_cells import ComplexCells
from core.network.layers.conv1d import Conv1d
from core.network.layers.conv2d import Conv2d
from core.network.layers.conv3d import Conv3d
from core.network.layers.conv_transpose2d import ConvTranspose2d
from core.network.layers.fixed_kernel import FixedKernel
from core.network.layers.gabor_bank import GaborBank
from core.network.layers.locally_connected2d import LocallyConnected2d
from core.network.layers.s_cells import SCells
from core.network.layers.separable_conv2d import SeparableConv2d
from core.network.layers.sobel import Sobel
from core.network.layers.tiled_conv2d import TiledConv2d
from tests.core.network.layer_cases import MAPS, Case

_SIGNAL, _CLIP = (3, 20), (2, 5, 6, 7)

CASES: list[Case] = [
    (Conv2d(4, 3, stride=2, border="same"), (MAPS,), 4 * 5 * 6 * 6 * 9),
    (Conv2d(4, 4, border="same"), (MAPS,), 4 * 9 * 11 * 6 * 16),
    (Conv2d(4, 3, dilation=2, border="full"), (MAPS,), 4 * 13 * 15 * 6 * 9),
    (Conv2d(4, 3, padding=7, border="valid"), (MAPS,), 4 * 7 * 9 * 6 * 9),
    (Conv2d(4, 5, padding=2, padding_end=1, fill="reflect"), (MAPS,), 4 * 8 * 10 * 6 * 25),
    (Conv2d(4, 3, border="same", fill="reflect"), (MAPS,), 4 * 9 * 11 * 6 * 9),
    (Conv1d(4, 5), (_SIGNAL,), 4 * 16 * 3 * 5),
    (Conv1d(4, 4, stride=2, border="same", bias=False), (_SIGNAL,), 4 * 10 * 3 * 4),
    (Conv1d(6, 3, dilation=3, groups=3, border="full"), (_SIGNAL,), 6 * 26 * 3),
    (Conv1d(4, 3, border="full", fill="reflect"), (_SIGNAL,), 4 * 22 * 3 * 3),
    (Conv3d(4, 3), (_CLIP,), 4 * 3 * 4 * 5 * 2 * 27),
    (Conv3d(2, 2, border="same"), (_CLIP,), 2 * 5 * 6 * 7 * 2 * 8),
    (Conv3d(4, 3, 2, 1, groups=2, fill="reflect"), (_CLIP,), 4 * 3 * 3 * 4 * 27),
    (ConvTranspose2d(4, 3), (MAPS,), 6 * 9 * 11 * 9 * 4),
    (ConvTranspose2d(4, 4, 2, 1), (MAPS,), 6 * 9 * 11 * 16 * 4),
    (ConvTranspose2d(4, 3, 3, 2, 2, bias=False), (MAPS,), 6 * 9 * 11 * 9 * 4),
    (SeparableConv2d(4, 3), (MAPS,), 9 * 11 * 6 * (9 + 4)),
    (SeparableConv2d(4, 4, 2, multiplier=2, bias=False), (MAPS,), 5 * 6 * 12 * (16 + 4)),
    (SeparableConv2d(4, 3, border="valid"), (MAPS,), 7 * 9 * 6 * (9 + 4)),
    (LocallyConnected2d(4, 3), (MAPS,), 4 * 7 * 9 * 6 * 9),
    (LocallyConnected2d(4, 3, 2, 1, bias=False), (MAPS,), 4 * 5 * 6 * 6 * 9),
    (TiledConv2d(4, 3), (MAPS,), 4 * 7 * 9 * 6 * 9),
    (TiledConv2d(4, 4, 3, 2, 2, bias=False), (MAPS,), 4 * 5 * 6 * 6 * 16),
    (GaborBank(3, 5), (MAPS,), 9 * 11 * 6 * 6 * 25),
    (GaborBank(2, 6, 3.0, 2, phases="even", stride=2, over="sum"), (MAPS,), 5 * 6 * 4 * 36),
    (GaborBank(2, 5, phases="odd", border="valid"), (MAPS,), 5 * 7 * 6 * 2 * 25),
    (Sobel(), (MAPS,), 9 * 11 * 6 * 2 * 9),
    (Sobel("x", border="valid"), (MAPS,), 7 * 9 * 6 * 9),
    (Sobel("y", fill="reflect", over="sum"), (MAPS,), 9 * 11 * 9),
    (Sobel("magnitude", 2), (MAPS,), 5 * 6 * 6 * 2 * 9),
    (FixedKernel(), (MAPS,), 9 * 11 * 6 * 9),
    (FixedKernel("1 -1; 1/2 0.5", 2, "full", "reflect", "sum"), (MAPS,), 5 * 6 * 4),
    (ComplexCells(), (MAPS,), 0),
    (SCells(4, 3, selectivity=0.1), (MAPS,), 7 * 9 * 9 * (4 * 6 + 1)),
    (SCells(4, 5, 2, 2, selectivity=0.1), (MAPS,), 5 * 6 * 25 * (4 * 6 + 1)),
    (CCells(), (MAPS,), 6 * 3 * 4 * 25),
    (CCells(3, 1, 1, lateral=True), (MAPS,), 6 * 9 * 11 * 9),
]
