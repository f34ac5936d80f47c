"""How a module that was not described here is read: as its graph, or else as it runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import nn

from core.errors import UserError
from core.network.foreign.trace import Watched, noise, tensors, watched
from core.network.foreign.unrolling import unrolled
from core.network.layer_table import LayerRow
from core.network.spec import Shape

#: How a table came about: from a description, from torch.fx's graph, or from hooks on modules.
BY_SPEC, BY_GRAPH, BY_HOOKS = "spec", "fx", "hooks"


#: The same for a person, where it was not from a description.
HOW_READ = {
    BY_GRAPH: "Read from the module's graph (torch.fx): functions are layers too.",
    BY_HOOKS: "Read from hooks on modules, as torch.fx cannot trace it: functions have no line.",
}


class Reading(NamedTuple):
    """A module to run, its layers, and how they were found.

    `idle` are layers that hold parameters, but do not run.
    """

    module: nn.Module
    table: tuple[LayerRow, ...]
    idle: tuple[LayerRow, ...]
    read_by: str


def read(module: nn.Module, input_shape: Shape) -> Reading:
    """The layers of a module that looks at an input of that shape, in the order they run.

    Where torch.fx traces it, its functions are layers as well, and a layer that is used twice is
    two; the module to run then shares all layers with the given one, and on an input of noise it
    gives exactly the same.
    Raises UserError if the module fails on such an input, or has no layers inside.
    """
    device = next((p.device for p in module.parameters()), torch.device("cpu"))
    batch = noise(input_shape, device)
    seen = watched(module, batch)
    graph = None if _is_bare(module) else unrolled(module, batch)
    if graph is not None:
        again = _watched(graph, batch)
        if again is not None and again.table and _same(seen.output, again.output):
            return Reading(graph, again.table, again.idle, BY_GRAPH)
    if not seen.table:
        raise UserError(
            f"{type(module).__name__} has no layers inside; put it into an nn.Sequential."
        )
    return Reading(module, seen.table, seen.idle, BY_HOOKS)


def _is_bare(module: nn.Module) -> bool:
    """Whether it is a layer of torch, with nothing inside."""
    return type(module).__module__.startswith("torch.nn.") and not any(module.children())


def _watched(module: nn.Module, batch: torch.Tensor) -> Watched | None:
    try:
        return watched(module, batch)
    except UserError:  # the graph does not hold
        return None


def _same(one: Any, other: Any) -> bool:
    first, second = list(tensors(one)), list(tensors(other))
    return len(first) == len(second) and all(map(torch.equal, first, second))
