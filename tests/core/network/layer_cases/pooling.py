"""Layers of the battery: pooling over space, over time and over maps."""

from __future__ import annotations

from core.network.layers.adaptive_pool2d import AdaptivePool2d
from core.network.layers.avg_pool1d import AvgPool1d
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.avg_pool3d import AvgPool3d
from core.network.layers.global_pool import GlobalPool
from core.network.layers.l2_pool2d import L2Pool2d
from core.network.layers.max_pool1d import MaxPool1d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.max_pool3d import MaxPool3d
from core.network.layers.maxout import Maxout
from core.network.layers.weighted_pool2d import WeightedPool2d
from tests.core.network.layer_cases import MAPS, Case

SIGNAL = (4, 23)
CLIP = (3, 7, 9, 8)

CASES: list[Case] = [
    (MaxPool1d(2), (SIGNAL,), 0),
    (MaxPool1d(3, 2, 1), (SIGNAL,), 0),
    (AvgPool1d(2), (SIGNAL,), 0),
    (AvgPool1d(5, 1, 2), (SIGNAL,), 0),
    (MaxPool2d(5, 3, 2), (MAPS,), 0),
    (AvgPool2d(4, 3), (MAPS,), 0),
    (MaxPool3d(2), (CLIP,), 0),
    (MaxPool3d(3, 2, 1), (CLIP,), 0),
    (AvgPool3d(2), (CLIP,), 0),
    (AvgPool3d(3, 1, 1), (CLIP,), 0),
    (L2Pool2d(2), (MAPS,), 0),
    (L2Pool2d(3, 2, 1), (MAPS,), 0),
    (WeightedPool2d(2), (MAPS,), 6 * 4 * 5 * 4),
    (WeightedPool2d(5, 2, 2, 1.5), (MAPS,), 6 * 5 * 6 * 25),
    (AdaptivePool2d(3), ((2, 9, 9),), 0),
    (AdaptivePool2d(4), ((2, 9, 9),), 0),
    (AdaptivePool2d(5, "max"), ((2, 13, 13),), 0),
    (AdaptivePool2d(7), ((2, 5, 5),), 0),
    (AdaptivePool2d(1), ((2, 9, 9),), 0),
    (AdaptivePool2d(3, "max"), (MAPS,), 0),
    (GlobalPool(), (SIGNAL,), 0),
    (GlobalPool(), (MAPS,), 0),
    (GlobalPool(), (CLIP,), 0),
    (GlobalPool("max"), (SIGNAL,), 0),
    (GlobalPool("max"), (MAPS,), 0),
    (GlobalPool("max"), (CLIP,), 0),
    (Maxout(2), (MAPS,), 0),
    (Maxout(5), ((10,),), 0),
    (Maxout(4), (SIGNAL,), 0),
]
