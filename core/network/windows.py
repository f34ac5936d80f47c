"""What part of its input a torch operation looks at: receptive fields through foreign modules."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from torch import Tensor, nn

from core.network.geometry import ReceptiveField
from core.network.modules import Joined, Sum
from core.network.modules_convolution import PaddedConv2d
from core.network.spec import Shape, Window

_CELLWISE = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus,
    nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.Sigmoid, nn.Tanh, nn.BatchNorm2d, nn.Identity,
    nn.Dropout, nn.Dropout2d, nn.LocalResponseNorm, Sum, Joined,
)  # fmt: skip
_CELLWISE_FUNCTIONS = frozenset({
    "add", "add_", "sub", "sub_", "mul", "mul_", "div", "div_", "neg", "abs", "maximum", "minimum",
    "cat", "concat", "relu", "relu_", "relu6", "leaky_relu", "elu", "gelu", "silu", "mish",
    "softplus", "hardswish", "hardsigmoid", "hardtanh", "sigmoid", "sigmoid_", "tanh", "tanh_",
    "clamp", "clamp_", "dropout", "dropout2d", "batch_norm", "local_response_norm", "contiguous",
    "clone", "detach", "to", "float",
})  # fmt: skip
_POOL_ARGUMENTS = {
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation"),
    "avg_pool2d": ("kernel_size", "stride", "padding"),
}
_WHOLE = (nn.Flatten, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
_WHOLE_FUNCTIONS = frozenset({"flatten", "mean", "adaptive_avg_pool2d", "adaptive_max_pool2d"})


def field_after_module(
    leaf: nn.Module, before: ReceptiveField | None, given: tuple[Shape, ...], shape: Shape | None
) -> ReceptiveField | None:
    """The field of a layer's output above `before`; None if its window is not known."""
    if before is None or not given or shape is None:
        return None
    if before.size is None or isinstance(leaf, _CELLWISE):
        return before
    if isinstance(leaf, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
        if type(leaf) not in (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, PaddedConv2d):
            return None  # it may pad in a way of its own
        padding = leaf.before if isinstance(leaf, PaddedConv2d) else leaf.padding
        dilation = getattr(leaf, "dilation", 1)
        return _through(before, leaf.kernel_size, leaf.stride, padding, dilation)
    if isinstance(leaf, _WHOLE) or (isinstance(leaf, nn.Linear) and len(given[0]) == 1):
        return _reduced(before, given[0], shape)
    return None


def field_after_function(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    before: ReceptiveField | None,
    result: Any,
) -> ReceptiveField | None:
    """The field of what a torch function gave; None if its window is not known."""
    name = getattr(func, "__name__", "")
    if before is None or before.size is None or name in _CELLWISE_FUNCTIONS:
        return before
    source, shape = args[0] if args else None, getattr(result, "shape", None)
    if not isinstance(source, Tensor) or shape is None:
        return None
    if name in _POOL_ARGUMENTS:
        given = dict(zip(_POOL_ARGUMENTS[name], args[1:], strict=False)) | kwargs
        kernel = given["kernel_size"]
        stride, padding = given.get("stride") or kernel, given.get("padding", 0)
        return _through(before, kernel, stride, padding, given.get("dilation", 1))
    if name in _WHOLE_FUNCTIONS or (name in ("view", "reshape") and len(shape) == 2):
        return _reduced(before, tuple(source.shape[1:]), tuple(shape[1:]))
    return None


def _reduced(field: ReceptiveField, given: Shape, shape: Shape) -> ReceptiveField | None:
    """The field after an operation that may mix all cells: a pool to as many cells mixes none."""
    if shape == given:
        return field
    return field.through(None) if prod(shape[1:]) == 1 else None


def _through(field: ReceptiveField, *window: Any) -> ReceptiveField | None:
    """The field after a window (kernel, stride, padding, dilation); None if it is not square."""
    sides = [_side(value) for value in window]
    known = [side for side in sides if side is not None]
    if len(known) < len(sides):
        return None
    kernel, stride, padding, dilation = known
    return field.through(Window(kernel, stride, padding, dilation))


def _side(value: Any) -> int | None:
    """A window's setting that is one number, or the same number twice."""
    if isinstance(value, int):
        return value
    if isinstance(value, (tuple, list)) and len(set(value)) == 1:
        return int(value[0])
    return None
