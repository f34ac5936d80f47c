"""How many multiply-accumulate operations a torch function takes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from torch import Tensor

_CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d"})
_TRANSPOSED = frozenset({"conv_transpose1d", "conv_transpose2d", "conv_transpose3d"})
_PRODUCTS = frozenset({"linear", "matmul", "mm", "bmm", "__matmul__", "__rmatmul__"})


def macs_of(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
) -> int:
    """The multiplications of a convolution, dense layer, matrix product or attention; else 0.

    Those with the zeros of a padding count, additions of a bias do not.
    """
    name = getattr(function, "__name__", "")
    given = [*args, *(value for value in kwargs.values() if isinstance(value, Tensor))]
    if name == "multi_head_attention_forward":
        return _attention(*given[:3])
    if name == "scaled_dot_product_attention":
        queries, keys, values = given[:3]
        widths = queries.shape[-1] + values.shape[-1]
        return int(prod(queries.shape[:-1]) * keys.shape[-2] * widths)
    if name in _PRODUCTS:
        return int(result.numel() * given[0].shape[-1])
    if name in _CONVOLUTIONS | _TRANSPOSED:
        each = given[0] if name in _TRANSPOSED else result
        return int(each.numel() * given[1][0].numel())
    return 0


def _attention(queries: Tensor, keys: Tensor, values: Tensor) -> int:
    """Four projections and two products, of queries [L, B, E] and keys and values [S, B, …]."""
    length, read, width = queries.shape[0], keys.shape[0], queries.shape[-1]
    projected = 2 * length * width + read * (keys.shape[-1] + values.shape[-1])
    return int(prod(queries.shape[1:-1]) * width * (projected + 2 * length * read))
