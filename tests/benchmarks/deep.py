"""A network as deep and as densely wired as a graph has to show, for the benchmarks."""

from __future__ import annotations

from core.network.layer_table import whole_table
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node

#: Layers of each dense block; maps that one of them adds; side of the input in px.
BLOCKS, GROWTH, SIDE = (6, 12, 24, 16), 2, 32


def dense_network() -> Snapshot:
    """Dense blocks in which each layer reads all before it, wired as DenseNet-121 is: 307 layers.

    Source: Huang et al. 2017, arXiv:1608.06993; small maps, so that it runs on any machine.
    """
    nodes = [Node("stem", Conv2d(4, 3, padding=1))]
    for number, layers in enumerate(BLOCKS, 1):
        nodes += _block(f"block{number}", nodes[-1].name, layers)
        nodes += [
            Node(f"transition{number}_norm", BatchNorm2d()),
            Node(f"transition{number}_relu", Relu()),
            Node(f"transition{number}_conv", Conv2d(4, 1)),
            Node(f"transition{number}_pool", AvgPool2d(2)),
        ]
    spec = ModelSpec("Dense blocks", (3, SIDE, SIDE), tuple(nodes))
    whole_table(spec)  # one that does not fit is not what is to be measured
    return Snapshot(Model(spec.name, Preprocessing((SIDE, SIDE)), spec))


def _block(name: str, source: str, layers: int) -> list[Node]:
    nodes: list[Node] = []
    reads = [source]
    for number in range(1, layers + 1):
        step = f"{name}_{number}"
        if len(reads) > 1:
            nodes.append(Node(f"{step}_concat", Concat(), tuple(reads)))
        nodes += [
            Node(f"{step}_norm", BatchNorm2d()),
            Node(f"{step}_relu", Relu()),
            Node(f"{step}_conv", Conv2d(GROWTH, 3, padding=1)),
            Node(f"{step}_out", Relu()),
        ]
        reads.append(f"{step}_out")
    return [*nodes, Node(f"{name}_concat", Concat(), tuple(reads))]
