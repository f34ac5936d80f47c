"""Look inside a module while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from core.errors import UserError
from core.registry import nearest


class _EnoughSeen(Exception):
    """Raised by the last tap to leave a forward pass whose rest is not needed."""


@contextmanager
def tap(
    module: nn.Module, *layers: str, stop: bool = False, copied: bool = False
) -> Iterator[dict[str, Tensor]]:
    """Record the outputs of the named layers during the ``with`` block.

    A layer that runs twice in one pass of `module` is recorded the first time.
    With `stop`, the forward pass ends as soon as all of them have run, and with it the block.
    With `copied`, outputs stay as they are where the module writes over them later.
    The hooks are removed at its end, whatever happens.  Never yield inside the block.
    Raises UserError if there is no such layer.
    """
    modules = dict(module.named_modules())
    for name in layers:
        if name not in modules:
            raise UserError(f"There is no layer {name!r}{nearest(name, filter(None, modules))}")
    seen: dict[str, Tensor] = {}

    def record(name: str, output: Any) -> None:
        seen.setdefault(name, output.clone() if copied and isinstance(output, Tensor) else output)
        if stop and len(seen) == len(set(layers)):
            raise _EnoughSeen

    hooks = [
        modules[name].register_forward_hook(lambda _m, _i, output, name=name: record(name, output))
        for name in dict.fromkeys(layers)
    ]
    hooks.append(module.register_forward_pre_hook(lambda _m, _i: seen.clear()))
    try:
        yield seen
    except _EnoughSeen:
        pass
    finally:
        for hook in hooks:
            hook.remove()


def given(module: nn.Module, layer: str, batch: Tensor) -> tuple[Any, ...]:
    """What the named layer is given, the first time it runs, when `module` looks at `batch`.

    These are its arguments, then those that it is given by name.
    """
    found: list[tuple[Any, ...]] = []

    def record(_: nn.Module, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        found.append((*arguments, *named.values()))
        raise _EnoughSeen

    hook = module.get_submodule(layer).register_forward_pre_hook(record, with_kwargs=True)
    try:
        module(batch)
    except _EnoughSeen:
        pass
    finally:
        hook.remove()
    return found[0] if found else ()
