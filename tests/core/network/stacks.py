"""Networks of layers one after another."""

from __future__ import annotations

from core.network.spec import LayerKind, ModelSpec, Node


def stack(*ops: LayerKind, input: tuple[int, int, int] = (1, 28, 28)) -> ModelSpec:
    """Layers 0, 1, … on pictures of one channel of 28 px."""
    return ModelSpec("stack", input, tuple(Node(f"layer{i}", op) for i, op in enumerate(ops)))
