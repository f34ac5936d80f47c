"""Torch's functions as layers: a functional ReLU is the layer that torch.nn has for it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from torch import Tensor, fx, nn

from core.network.modules import Joined, Sum
from core.network.modules.structure import Product

#: The key in a node's `meta` of the shape of its values; None for what is no tensor of numbers.
SHAPE = "shape"

_POOL = ("kernel_size", "stride", "padding")
#: torch.nn's layer for a function, and what the function takes after the values, in order.
_LAYERS: Mapping[str, tuple[type[nn.Module], tuple[str, ...]]] = {
    "relu": (nn.ReLU, ("inplace",)),
    "relu6": (nn.ReLU6, ("inplace",)),
    "leaky_relu": (nn.LeakyReLU, ("negative_slope", "inplace")),
    "elu": (nn.ELU, ("alpha", "inplace")),
    "gelu": (nn.GELU, ("approximate",)),
    "silu": (nn.SiLU, ("inplace",)),
    "mish": (nn.Mish, ("inplace",)),
    "hardswish": (nn.Hardswish, ("inplace",)),
    "hardsigmoid": (nn.Hardsigmoid, ("inplace",)),
    "hardtanh": (nn.Hardtanh, ("min_val", "max_val", "inplace")),
    "softplus": (nn.Softplus, ("beta", "threshold")),
    "sigmoid": (nn.Sigmoid, ()),
    "tanh": (nn.Tanh, ()),
    "softmax": (nn.Softmax, ("dim",)),
    "flatten": (nn.Flatten, ("start_dim", "end_dim")),
    "max_pool2d": (nn.MaxPool2d, (*_POOL, "dilation", "ceil_mode")),
    "avg_pool2d": (
        nn.AvgPool2d, (*_POOL, "ceil_mode", "count_include_pad", "divisor_override"),
    ),
    "adaptive_avg_pool2d": (nn.AdaptiveAvgPool2d, ("output_size",)),
    "adaptive_max_pool2d": (nn.AdaptiveMaxPool2d, ("output_size",)),
}  # fmt: skip
#: Values of settings that a function has and its layer has not, with which nothing differs.
_WITHOUT_EFFECT = {"dtype": None, "return_indices": False, "_stacklevel": 3}

#: Other names of the same function.
_SYNONYMS = {
    "iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "truediv", "imatmul": "matmul",
    "concat": "cat", "concatenate": "cat",
}  # fmt: skip


class Operation(nn.Module):
    """A function of torch as a layer: it is given what the function is given."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        super().__init__()
        self.name, self.function = name, function

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        return self.function(*args, **kwargs)

    def extra_repr(self) -> str:
        """The function's name."""
        return self.name


def name_of(node: fx.Node) -> str:
    """The name of the function that a node calls, whether it writes over its input or not."""
    name = node.target if isinstance(node.target, str) else node.target.__name__
    return _SYNONYMS.get(name.strip("_"), name.strip("_"))


def as_layer(node: fx.Node) -> nn.Module:
    """The layer that does what a node does; changes what the node reads to what the layer reads.

    The layer never writes over its input.  Nodes carry the shape of their values.
    """
    layer = _joining(node) or _of_torch(node)
    if layer is not None:
        node.kwargs = {}
        return layer
    node.kwargs = {name: name != "inplace" and value for name, value in node.kwargs.items()}
    return Operation(name_of(node), function_of(node))


def _joining(node: fx.Node) -> nn.Module | None:
    """The layer for a sum, a product, or maps one after the other; the node then reads them."""
    name = name_of(node)
    if name in ("add", "mul") and not node.kwargs and _all_tensors(node.args):
        return Sum() if name == "add" else Product()
    if name == "cat":
        parts: Any = node.args[0] if node.args else node.kwargs["tensors"]
        axis = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", 0)
        if _all_tensors(parts) and axis in (1, 1 - len(parts[0].meta[SHAPE])):
            node.args = tuple(parts)
            return Joined()
    return None


def _of_torch(node: fx.Node) -> nn.Module | None:
    """torch.nn's layer for a function; the node then reads the values alone."""
    name = name_of(node)
    if not node.args or not _all_tensors(node.args[:1]):
        return None
    if name in ("view", "reshape") and _flattens(node):
        node.args = node.args[:1]
        return nn.Flatten()
    if name not in _LAYERS:
        return None
    kind, takes = _LAYERS[name]
    settings = dict(zip(takes, node.args[1:], strict=False)) | node.kwargs
    settings = {key: value for key, value in settings.items() if _matters(key, value)}
    fitting = len(node.args) - 1 <= len(takes) and settings.keys() <= set(takes)
    if not fitting or any(isinstance(value, fx.Node) for value in settings.values()):
        return None
    node.args = node.args[:1]
    # the function's own default is not the layer's
    return kind(**({"start_dim": 0} | settings if name == "flatten" else settings))


def _matters(key: str, value: Any) -> bool:
    return key != "inplace" and not (key in _WITHOUT_EFFECT and _WITHOUT_EFFECT[key] == value)


def _flattens(node: fx.Node) -> bool:
    """Whether a view makes one vector of all values of a sample."""
    (source, *_), shape = node.args, node.meta[SHAPE]
    given = source.meta[SHAPE] if isinstance(source, fx.Node) else ()
    return len(given) > 2 and len(shape) == 2 and shape[1] == prod(given[1:])


def function_of(node: fx.Node) -> Callable[..., Any]:
    """What a node calls, in the form that leaves its input as it is where there is one."""
    found: Any = node.target
    if isinstance(found, str):
        kept = found if found.endswith("__") else found.rstrip("_")
        found = getattr(Tensor, kept if hasattr(Tensor, kept) else found)
    elif getattr(found, "__module__", "") == "_operator":
        found = getattr(operator, name_of(node), found)
    return found  # type: ignore[no-any-return]


def _all_tensors(values: Any) -> bool:
    """Whether all are nodes whose values are tensors."""
    return all(isinstance(v, fx.Node) and v.meta.get(SHAPE) is not None for v in values)
