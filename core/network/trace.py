"""The layer table of any torch module, from watching it run once.

Every torch function is seen while it runs (torch.overrides), so that branches, functional layers
and data-dependent control flow are followed back to the layers whose values they carry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from core.errors import UserError
from core.network.geometry import LayerRow, ReceptiveField, union
from core.network.spec import INPUT, Shape
from core.network.windows import field_after_function, field_after_module

#: What other people's code is expected to raise; its message is passed on.
MODULE_ERRORS = (
    RuntimeError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
    AssertionError, NameError,
)  # fmt: skip


@dataclass(frozen=True)
class _Origin:
    """Where a tensor's values come from: layers, and what part of the input (None: unknown)."""

    layers: tuple[str, ...]
    field: ReceptiveField | None


def traced_table(module: nn.Module, input_shape: Shape) -> tuple[LayerRow, ...]:
    """One row per layer of `module`, in the order they run; one that runs twice is named once.

    Layers are the modules of torch.nn but for containers, and modules without parts.  They are
    watched on one input of zeros [1, *input_shape], in eval mode.  `receptive_field` is None
    above an operation whose window is not known.
    Raises UserError if the module fails on that input, or has no layers inside.
    """
    watch = _Watch()
    start = torch.zeros(1, *input_shape, device=_device_of(module))
    watch.origins[start] = _Origin((INPUT,), ReceptiveField())
    hooks = [
        leaf.register_forward_hook(partial(watch.ran, name), with_kwargs=True)
        for name, leaf in leaves(module)
    ]
    try:
        with torch.inference_mode(), _evaluating(module), watch:
            module(start)
    except MODULE_ERRORS as error:
        raise UserError(
            f"{type(module).__name__} cannot run on an input of {tuple(input_shape)}: "
            f"{first_line(error)}"
        ) from error
    finally:
        for hook in hooks:
            hook.remove()
    if not watch.rows:
        raise UserError(
            f"{type(module).__name__} has no layers inside; put it into an nn.Sequential."
        )
    return tuple(watch.rows.values())


def leaves(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers inside `module` by name: modules of torch.nn but containers, or without parts."""
    for name, part in module.named_children():
        yield from _leaves(name, part)


def tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in a value of nested tuples, lists and mappings, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        yield from tensors(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from tensors(part)


def first_line(error: BaseException) -> str:
    """The beginning of an error's message, or its type where it has none."""
    line = str(error).strip().split("\n")[0] or type(error).__name__
    return line if len(line) <= 200 else f"{line[:200]}…"


class _Watch(TorchFunctionMode):
    """Notes for every tensor where its values come from, and a row for every layer that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.origins = WeakTensorKeyDictionary()
        self.rows: dict[str, LayerRow] = {}

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        before = self._origin((args, kwargs))
        field = field_after_function(func, args, kwargs, before.field, result)
        self._note(result, _Origin(before.layers, field))
        return result

    def ran(
        self, name: str, leaf: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> Any:
        """A layer gave `result`: its values come from there now.  Gives what to go on with.

        An identity hands on the tensor it got, which cannot carry both names: it gets a view.
        """
        if any(result is t for t in tensors((args, kwargs))) and not getattr(leaf, "inplace", 0):
            result = result.view_as(result)
        given = tuple(tuple(t.shape[1:]) for t in tensors((args, kwargs)))
        shape = next((tuple(t.shape[1:]) for t in tensors(result)), None)
        before = self._origin((args, kwargs))
        field = field_after_module(leaf, before.field, given, shape)
        self._note(result, _Origin((name,), field))
        if name not in self.rows:
            self.rows[name] = LayerRow(
                name,
                type(leaf).__name__,
                _summary(leaf),
                before.layers,
                given,
                shape,
                sum(p.numel() for p in leaf.parameters()),
                _macs(leaf, shape),
                field,
            )
        return result

    def _origin(self, value: Any) -> _Origin:
        """Where the values that an operation reads come from; parameters come from nowhere."""
        known = [self.origins[t] for t in tensors(value) if t in self.origins]
        layers = dict.fromkeys(name for origin in known for name in origin.layers)
        fields = [origin.field for origin in known if origin.field is not None]
        complete = bool(known) and len(fields) == len(known)
        return _Origin(tuple(layers), union(fields) if complete else None)

    def _note(self, result: Any, origin: _Origin) -> None:
        for tensor in tensors(result):
            self.origins[tensor] = origin


def _leaves(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    of_torch = type(module).__module__.startswith("torch.nn.modules")
    containers = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
    if not any(module.children()) or (of_torch and not isinstance(module, containers)):
        yield name, module
        return
    for part_name, part in module.named_children():
        yield from _leaves(f"{name}.{part_name}", part)


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Eval mode for the block, and each part's own mode again after it."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training


def _device_of(module: nn.Module) -> torch.device:
    return next((p.device for p in module.parameters()), torch.device("cpu"))


def _macs(leaf: nn.Module, shape: Shape | None) -> int:
    """Multiply-accumulate operations of a convolution or a dense layer; of others, none."""
    if shape is None or not isinstance(leaf, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)):
        return 0
    return prod(shape) * leaf.weight[0].numel()


def _summary(leaf: nn.Module) -> str:
    if isinstance(leaf, nn.Conv2d):
        parts = [f"{leaf.out_channels} @ {'x'.join(map(str, leaf.kernel_size))}"]
        parts += [f"stride {leaf.stride[0]}"] * (leaf.stride[0] > 1)
        parts += [f"pad {leaf.padding[0]}"] * (leaf.padding[0] not in (0, "0"))
        parts += [f"{leaf.groups} groups"] * (leaf.groups > 1)
        return ", ".join(parts)
    if isinstance(leaf, nn.Linear):
        return f"{leaf.out_features} units"
    return ""
