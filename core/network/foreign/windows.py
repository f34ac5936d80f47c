"""What part of its input a torch function looks at: receptive fields through foreign modules."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from torch import Tensor

from core.network.receptive_field import ReceptiveField
from core.network.spec import Shape, Window

_CELLWISE = frozenset({
    "add", "add_", "sub", "sub_", "mul", "mul_", "div", "div_", "neg", "abs", "maximum", "minimum",
    "cat", "concat", "relu", "relu_", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
    "softplus", "hardswish", "hardsigmoid", "hardtanh", "prelu", "sigmoid", "sigmoid_", "tanh",
    "tanh_", "clamp", "clamp_", "pow", "square", "sqrt", "exp", "__rsub__", "dropout", "dropout2d",
    "batch_norm", "local_response_norm", "contiguous", "clone", "detach", "to", "float", "view_as",
})  # fmt: skip
#: They may exchange channels, and leave each value at its place.
_REARRANGING = frozenset({
    "view", "reshape", "chunk", "split", "unbind", "narrow", "__getitem__", "transpose", "permute",
    "channel_shuffle",
})  # fmt: skip
_WHOLE = frozenset({
    "flatten", "view", "reshape", "mean", "adaptive_avg_pool2d", "adaptive_max_pool2d",
})  # fmt: skip
_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation")
#: The names of what a function with a window takes, in order.
_TAKES = {
    "conv1d": _CONVOLUTION,
    "conv2d": _CONVOLUTION,
    "conv3d": _CONVOLUTION,
    "max_pool2d": ("input", "kernel_size", "stride", "padding", "dilation"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding"),
    "pad": ("input", "pad"),
}


def field_after(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    before: ReceptiveField | None,
    result: Any,
) -> ReceptiveField | None:
    """The field of what a torch function gave for values with the field `before`.

    None if its window is not known, or not as long along both axes.
    """
    name = getattr(function, "__name__", "")
    if before is None or before.size is None or name in _CELLWISE:
        return before
    if name in _TAKES:
        given = dict(zip(_TAKES[name], args, strict=False)) | kwargs
        return _padded(given, before) if name == "pad" else _through(_window(given), before)
    first = result[0] if isinstance(result, (tuple, list)) and result else result
    source = args[0] if args else None
    if not isinstance(source, Tensor) or not isinstance(first, Tensor):
        return None
    if name in _REARRANGING and _keeps_places(name, source, first, args[1:]):
        return before
    if name in _WHOLE or (name == "linear" and source.ndim == 2):
        return _reduced(before, tuple(source.shape[1:]), tuple(first.shape[1:]))
    return None


def _keeps_places(name: str, source: Tensor, result: Tensor, settings: tuple[Any, ...]) -> bool:
    """Whether rows and columns, the last two axes, are still what they were."""
    if source.ndim < 4 or result.ndim < 4 or source.shape[-2:] != result.shape[-2:]:
        return False
    if name not in ("transpose", "permute"):
        return True
    axes = settings[0] if settings and isinstance(settings[0], (tuple, list)) else settings
    places = [axis % source.ndim for axis in axes]
    last = [source.ndim - 2, source.ndim - 1]
    return places[-2:] == last if name == "permute" else not set(places) & set(last)


def _reduced(field: ReceptiveField, given: Shape, shape: Shape) -> ReceptiveField | None:
    """The field after an operation that may mix all cells: a pool to as many cells mixes none."""
    if shape == given and len(shape) > 1:
        return field
    return field.through(None) if prod(shape[1:]) == 1 else None


def _through(window: Window | None, field: ReceptiveField) -> ReceptiveField | None:
    return None if window is None else field.through(window)


def _window(given: dict[str, Any]) -> Window | None:
    """The window of a convolution or pool that takes this; None if it is not square."""
    weight = given.get("weight")
    kernel = _side(given["kernel_size"] if weight is None else tuple(weight.shape[2:]))
    stride = _side(given.get("stride") or (1 if weight is not None else given["kernel_size"]))
    dilation, padding = _side(given.get("dilation", 1)), given.get("padding", 0)
    if kernel is None or stride is None or dilation is None:
        return None
    if isinstance(padding, str):  # torch puts the odd one at the end
        padding = dilation * (kernel - 1) // 2 if padding == "same" else 0
    before = _side(padding)
    return None if before is None else Window(kernel, stride, before, dilation)


def _padded(given: dict[str, Any], field: ReceptiveField) -> ReceptiveField | None:
    """The field after the cells of `pad` (left, right, top, bottom) came around the map."""
    sides = given["pad"]
    before = _side(tuple(sides[:4:2])) if len(sides) >= 4 and not any(sides[4:]) else None
    return None if before is None else field.through(Window(1, padding=before))


def _side(value: Any) -> int | None:
    """A window's setting that is one number, or the same number along each axis."""
    if isinstance(value, int):
        return value
    if isinstance(value, (tuple, list)) and len(set(value)) == 1:
        return int(value[0])
    return None
