"""The layer table of any torch module, from watching it run once.

Every torch function is seen while it runs (torch.overrides), so that branches, functional layers
and data-dependent control flow are followed back to the layers whose values they carry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from core.errors import UserError
from core.network.foreign.multiplications import macs_of
from core.network.foreign.operations import Operation
from core.network.foreign.windows import field_after
from core.network.layer_table import LayerRow
from core.network.receptive_field import ReceptiveField, union
from core.network.spec import INPUT, Shape

#: What other people's code is expected to raise; its message is passed on.
MODULE_ERRORS = (
    RuntimeError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
    AssertionError, NameError, ImportError, OSError, StopIteration, SyntaxError, SystemExit,
)  # fmt: skip

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


class Watched(NamedTuple):
    """What one run showed: the layers in the order they ran, those that did not, the output.

    `idle` are layers that hold parameters, but do not run in eval mode; their shape is None.
    """

    table: tuple[LayerRow, ...]
    idle: tuple[LayerRow, ...]
    output: Any


def watched(module: nn.Module, batch: Tensor) -> Watched:
    """One row per layer of `module` as it looks at `batch` [1, …]; one that runs twice has one.

    Layers are those of `is_layer`, and modules with parameters of their own: these have a row for
    what they do to the values of their parts.  Every parameter counts in one row.
    `receptive_field` is None above an operation whose window is not known.
    Raises UserError if the module fails on that input.
    """
    watch = _Watch(batch)
    with ExitStack() as hooks:
        for part, name in _parts(module).items():
            for hook in watch.hooks(name, part):
                hooks.callback(hook.remove)
        hooks.enter_context(watch)
        output = output_of(module, batch)
    return Watched(tuple(watch.rows.values()), tuple(watch.idle(module)), output)


def output_of(module: nn.Module, batch: Tensor) -> Any:
    """What a module gives in eval mode.  Raises UserError, with its message, if it fails."""
    try:
        with torch.inference_mode(), _evaluating(module):
            return module(batch)
    except MODULE_ERRORS as error:
        raise UserError(
            f"{type(module).__name__} cannot run on an input of {tuple(batch.shape[1:])}: "
            f"{first_line(error)}."
        ) from error


def noise(shape: Shape, device: torch.device | str = "cpu") -> Tensor:
    """A batch of one input on which modules are tried, the same each time."""
    return torch.randn(1, *shape, generator=torch.Generator().manual_seed(0)).to(device)


def is_layer(module: nn.Module) -> bool:
    """Whether a module is one layer: torch's own but for containers, or without parts.

    A module whose parameters are computed (torch.nn.utils.parametrize) is torch's own.
    """
    of_torch = type(module).__module__.startswith("torch.nn.") and type(module) is not nn.Module
    return not any(module.children()) or (of_torch and not isinstance(module, _CONTAINERS))


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
    """The beginning of an error's message without its full stop, or its type where it has none."""
    line = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
    return line if len(line) <= 200 else f"{line[:200]}…"


@dataclass(frozen=True)
class _Origin:
    """Where a tensor's values come from.

    `layers` is empty for what is computed from `parameters` alone; `field` is the part of the
    input that a value sees, None where it is not known.
    """

    layers: tuple[str, ...]
    field: ReceptiveField | None
    parameters: tuple[nn.Parameter, ...] = ()


_NOWHERE = _Origin((), None)


class _Watch(TorchFunctionMode):
    """Notes for every tensor where its values come from, and a row for every layer that runs."""

    def __init__(self, batch: Tensor) -> None:
        super().__init__()
        self.origins: MutableMapping[Tensor, _Origin] = WeakTensorKeyDictionary()
        self.origins[batch] = _Origin((INPUT,), ReceptiveField())
        self.rows: dict[str, LayerRow] = {}
        self._counted: set[nn.Parameter] = set()
        #: Multiplications in each module that runs now, without those of the layers inside it.
        self._macs = [0]

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
        if before.layers:
            self._macs[-1] += macs_of(func, args, kwargs, result)
            field = field_after(func, args, kwargs, before.field, result)
            before = _Origin(before.layers, field)
        self._note(result, before)
        return result

    def hooks(self, name: str, part: nn.Module) -> Iterator[Any]:
        """Watch a part under this name, until the hooks are removed."""
        yield part.register_forward_pre_hook(lambda *_: self._macs.append(0))
        yield part.register_forward_hook(partial(self._ran, name), with_kwargs=True)

    def idle(self, module: nn.Module) -> Iterator[LayerRow]:
        """A row for each layer whose parameters did not count so far, then for other parameters."""
        for part, name in _parts(module).items():
            count = self._count(part.parameters()) if is_layer(part) else 0
            if count:
                yield LayerRow(name, _kind_of(part), _summary(part), parameters=count)
        for name, parameter in module.named_parameters():
            count = self._count([parameter])
            if count:
                yield LayerRow(name, "Parameter", parameters=count)

    def _ran(
        self, name: str, part: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> Any:
        """A layer gave `result`: its values come from there now.  Gives what to go on with.

        An identity hands on the tensor it got, which cannot carry both names: it gets a view.
        """
        if any(result is t for t in tensors((args, kwargs))):
            result = result.view_as(result)
        macs = self._macs.pop()
        if name not in self.rows:
            self.rows[name] = self._row(name, part, (args, kwargs), macs, result)
        for tensor in tensors(result):
            field = self.origins.get(tensor, _NOWHERE).field
            self.origins[tensor] = _Origin((name,), field)
        return result

    def _row(self, name: str, part: nn.Module, given: Any, macs: int, result: Any) -> LayerRow:
        before = self._origin(given)
        read = [t for t in tensors(given) if self.origins.get(t, _NOWHERE).layers]
        return LayerRow(
            name,
            _kind_of(part),
            _summary(part),
            before.layers,
            tuple(tuple(t.shape[1:]) for t in read),
            next((tuple(t.shape[1:]) for t in tensors(result)), None),
            self._count((*part.parameters(recurse=is_layer(part)), *before.parameters)),
            macs,
            self._origin(result).field,
        )

    def _origin(self, value: Any) -> _Origin:
        """Where the values that an operation reads come from."""
        found = list(tensors(value))
        known = [self.origins.get(t, _NOWHERE) for t in found]
        reading = [origin for origin in known if origin.layers]
        fields = [origin.field for origin in reading if origin.field is not None]
        complete = bool(reading) and len(fields) == len(reading)
        own = [t for t in found if isinstance(t, nn.Parameter)]
        return _Origin(
            tuple(dict.fromkeys(name for origin in reading for name in origin.layers)),
            union(fields) if complete else None,
            (*own, *(p for origin in known for p in origin.parameters)),
        )

    def _note(self, result: Any, origin: _Origin) -> None:
        for tensor in tensors(result):
            if not isinstance(tensor, nn.Parameter):
                self.origins[tensor] = origin

    def _count(self, parameters: Iterable[nn.Parameter]) -> int:
        """How many numbers the parameters hold that no row has counted."""
        new = {p for p in parameters if p not in self._counted}
        self._counted |= new
        return sum(p.numel() for p in new)


def _kind_of(part: nn.Module) -> str:
    """What a layer is called: its class, or the function that it calls."""
    return part.name if isinstance(part, Operation) else type(part).__name__


def _parts(module: nn.Module, prefix: str = "") -> dict[nn.Module, str]:
    """The layers inside a module, and what holds parameters beside its parts, by their name."""
    found: dict[nn.Module, str] = {}
    for name, part in module.named_children():
        if is_layer(part) or any(True for _ in part.parameters(recurse=False)):
            found.setdefault(part, prefix + name)
        if not is_layer(part):
            for inner, path in _parts(part, f"{prefix}{name}.").items():
                found.setdefault(inner, path)
    return found


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


def _summary(layer: nn.Module) -> str:
    if isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        parts = [f"{layer.out_channels} @ {'x'.join(map(str, layer.kernel_size))}"]
        parts += [f"stride {layer.stride[0]}"] * (layer.stride[0] > 1)
        parts += [f"pad {layer.padding[0]}"] * (layer.padding[0] not in (0, "0"))
        parts += [f"{layer.groups} groups"] * (layer.groups > 1)
        return ", ".join(parts)
    if isinstance(layer, nn.Linear):
        return f"{layer.out_features} units"
    return ""
