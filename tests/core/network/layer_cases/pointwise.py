"""Layers of the battery: activations, normalisations, and what weighs or joins branches."""

from __future__ import annotations

from core.network.layers.add import Add
from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.batch_norm3d import BatchNorm3d
from core.network.layers.concat import Concat
from core.network.layers.flatten import Flatten
from core.network.layers.gelu import Gelu
from core.network.layers.group_norm import GroupNorm
from core.network.layers.layer_norm import LayerNorm
from core.network.layers.leaky_relu import LeakyRelu
from core.network.layers.local_response_norm import LocalResponseNorm
from core.network.layers.multiply import Multiply
from core.network.layers.pad_channels import PadChannels
from core.network.layers.silu import Silu
from core.network.layers.softmax import Softmax
from core.network.layers.squeeze_excite import SqueezeExcite
from tests.core.network.layer_cases import MAPS, Case
from tests.core.network.layer_cases.pooling import CLIP, SIGNAL

CASES: list[Case] = [
    (LeakyRelu(), (MAPS,), 0),
    (LeakyRelu(0.2), ((10,),), 0),
    (Gelu(), (MAPS,), 0),
    (Silu(), (SIGNAL,), 0),
    (Softmax(), (CLIP,), 0),
    (LayerNorm(), ((10,),), 0),
    (LayerNorm(1e-3), (MAPS,), 0),
    (GroupNorm(3), (MAPS,), 0),
    (GroupNorm(2), (SIGNAL,), 0),
    (GroupNorm(5), ((10,),), 0),
    (LocalResponseNorm(), (MAPS,), 0),
    (LocalResponseNorm(2, 0.5, 1.0, 1.0), (SIGNAL,), 0),
    (LocalResponseNorm(3, 0.1), (CLIP,), 0),
    (BatchNorm1d(), ((10,),), 0),
    (BatchNorm1d(1e-3), (SIGNAL,), 0),
    (BatchNorm3d(), (CLIP,), 0),
    (Flatten(), (CLIP,), 0),
    (Flatten(), ((10,),), 0),
    (Add(), (SIGNAL, SIGNAL), 0),
    (Concat(), (SIGNAL, (2, 23)), 0),
    (Concat(), (CLIP, CLIP), 0),
    (Multiply(), (MAPS, MAPS), 0),
    (Multiply(), (MAPS, (6, 1, 1)), 0),
    (Multiply(), ((4, 1), SIGNAL, SIGNAL), 0),
    (Multiply(), ((10,), (10,)), 0),
    # wide enough that its rectifiers cannot all be dead
    (SqueezeExcite(2), ((64, 3, 4),), 2 * 64 * 32),
    (SqueezeExcite(3, bias=False), ((64, 5),), 2 * 64 * 21),
    (PadChannels(9), (MAPS,), 0),
    (PadChannels(4), (SIGNAL,), 0),
    (PadChannels(12), ((10,),), 0),
]
