"""Layers of the battery: convolutions, dense layers and what stands between them."""

from __future__ import annotations

from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.softmax import Softmax
from core.network.layers.tanh import Tanh
from tests.core.network.layer_cases import MAPS, Case

CASES: list[Case] = [
    (Conv2d(4, 3), (MAPS,), 4 * 7 * 9 * 6 * 9),
    (Conv2d(4, 5, stride=2, padding=2, bias=False), (MAPS,), 4 * 5 * 6 * 6 * 25),
    (Conv2d(4, 3, stride=2, padding=0, padding_end=1), (MAPS,), 4 * 4 * 5 * 6 * 9),
    (Conv2d(6, 3, padding=2, dilation=2, groups=6), (MAPS,), 6 * 9 * 11 * 9),
    (MaxPool2d(3, 2, 1), (MAPS,), 0),
    (MaxPool2d(2), (MAPS,), 0),
    (AvgPool2d(2), (MAPS,), 0),
    (AvgPool2d(3, 1, 1), (MAPS,), 0),
    (AvgPool2d(0), (MAPS,), 0),
    (Relu(), (MAPS,), 0),
    (Relu(6), (MAPS,), 0),
    (Relu(2), (MAPS,), 0),
    (Sigmoid(), (MAPS,), 0),
    (Tanh(), ((10,),), 0),
    (Softmax(), ((10,),), 0),
    (Softmax(), (MAPS,), 0),
    (BatchNorm2d(1e-3), (MAPS,), 0),
    (Dropout(0.25), (MAPS,), 0),
    (Flatten(), (MAPS,), 0),
    (Dense(7), ((10,),), 70),
    (Dense(7, bias=False), ((10,),), 70),
    (Add(), (MAPS, MAPS, MAPS), 0),
    (Concat(), (MAPS, (2, 9, 11)), 0),
    (Concat(), ((10,), (3,)), 0),
]
