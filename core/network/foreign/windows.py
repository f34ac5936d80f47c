"""What part of its input a torch function looks at: receptive fields through foreign modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
_POOL = ("input", "kernel_size", "stride", "padding", "dilation")
#: The names of what a function with a window takes, in order.
_TAKES = {
    "conv1d": _CONVOLUTION,
    "conv2d": _CONVOLUTION,
    "conv3d": _CONVOLUTION,
    **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), _POOL),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), _POOL[:-1]),
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

    None if its window is not known.
    """
    name = getattr(function, "__name__", "")
    if before is None or before.sees_all or name in _CELLWISE:
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
    """The window of a convolution or pool that takes this; None if it is not known.

    A cube must be as long along every axis.
    """
    weight = given.get("weight")
    kernel = given["kernel_size"] if weight is None else tuple(weight.shape[2:])
    stride = given.get("stride") or (1 if weight is not None else kernel)
    taken = (kernel, stride, given.get("padding", 0), given.get("dilation", 1))
    if all(_side(value) is not None for value in taken if not isinstance(value, str)):
        return _along(*(value if isinstance(value, str) else _side(value) for value in taken))
    if any(isinstance(value, (tuple, list)) and len(value) != 2 for value in taken):
        return None
    down, across = (_along(*(_at(value, axis) for value in taken)) for axis in (0, 1))
    return replace(down, wide=across)


def _along(kernel: Any, stride: Any, padding: Any, dilation: Any) -> Window:
    """A window along one axis."""
    if isinstance(padding, str):  # torch puts the odd one at the end
        padding = dilation * (kernel - 1) // 2 if padding == "same" else 0
    return Window(kernel, stride, padding, dilation)


def _padded(given: dict[str, Any], field: ReceptiveField) -> ReceptiveField | None:
    """The field after the cells of `pad` (left, right, top, bottom) came around the map."""
    pad: tuple[int, ...] = (*given["pad"], 0, 0, 0, 0)
    if any(pad[4:]) or given["input"].ndim > 4:
        return None
    top, across = pad[2], Window(1, padding=pad[0])
    is_signal = given["input"].ndim == 3
    return field.through(across if is_signal else Window(1, padding=top, wide=across))


def _at(value: Any, axis: int) -> Any:
    """A window's setting along an axis."""
    return value[axis] if isinstance(value, (tuple, list)) else value


def _side(value: Any) -> int | None:
    """A window's setting that is one number, or the same number along each axis."""
    if isinstance(value, int):
        return value
    if isinstance(value, (tuple, list)) and len(set(value)) == 1:
        return int(value[0])
    return None
