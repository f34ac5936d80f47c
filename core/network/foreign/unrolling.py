"""A module as the steps that torch.fx finds in it, each of which can be looked at.

Source: Reed et al. 2022, arXiv:2112.08429.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count
from threading import Lock, get_ident
from typing import Any, NamedTuple

import torch
from torch import Tensor, fx, nn
from torch.fx.node import map_aggregate

from core.network.foreign.operations import SHAPE, as_layer, function_of, name_of
from core.network.foreign.trace import MODULE_ERRORS, is_layer
from core.network.spec import INPUT

#: While torch.fx traces it replaces nn.Module.__call__, which two at a time would not put back.
_tracing = Lock()

#: Functions that hand values on as they are, or a part of them.
_PLUMBING = frozenset({
    "getitem", "getattr", "chunk", "split", "unbind", "contiguous", "clone", "detach", "to",
    "float", "type_as",
})  # fmt: skip


@dataclass(frozen=True)
class _Value:
    """Stands for what the step of that name gave."""

    step: str


class _Step(NamedTuple):
    """One call: of `function`, or of the layer at `path` where there is none.

    `done` are the steps whose values nobody needs after it.
    """

    name: str
    path: tuple[str, ...]
    function: Callable[..., Any] | None
    args: Any
    kwargs: Any
    done: tuple[str, ...]


class Unrolled(nn.Module):
    """Runs the steps of another module: the same numbers, with a layer for each step.

    Its layers are those of the other module, under the same names; a function is a layer named
    after it, beside the layers of the module that calls it; and so is a layer's second use
    ("relu_1").  Both have the same parameters, and the same state dict.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps: tuple[_Step, ...] = ()
        self.constants: dict[str, Any] = {}
        self.result: Any = None

    def forward(self, x: Tensor) -> Any:
        """What the other module gives for a batch."""
        values = {**self.constants, INPUT: x}

        def filled(part: Any) -> Any:
            return values[part.step] if type(part) is _Value else part

        for name, path, function, args, kwargs, done in self.steps:
            call = function or self._layer(path)
            values[name] = call(*map_aggregate(args, filled), **map_aggregate(kwargs, filled))
            for unneeded in done:
                del values[unneeded]
        return map_aggregate(self.result, filled)

    def _layer(self, path: tuple[str, ...]) -> Any:
        """The layer at `path` now: others may have put another one there."""
        return reduce(lambda part, name: part._modules[name], path, self)  # type: ignore[arg-type,return-value]


def unrolled(module: nn.Module, batch: Tensor) -> Unrolled | None:
    """`module`, which is in eval mode, as steps; its layers are shared, not copied.

    None where torch.fx cannot trace it: where its control flow depends on values, for example.
    Whether the steps hold for other values than those of `batch` is not known: compare.
    """
    try:
        root = _twin(module, copy.copy)  # what a forward pass keeps in it would be fx's proxies
        with _tracing:
            graph = _Tracer().trace(root)
        with torch.inference_mode():
            _Noting(root, graph=graph).run(batch)
        whole = Unrolled()
        _twin(module, lambda part: whole if part is module else nn.Module())
        _fill(whole, root, graph, _put_layers(graph, whole))
        return whole.eval()
    except MODULE_ERRORS:
        return None


class _Tracer(fx.Tracer):
    """Takes each layer as one step.  Modules of other threads run as they always do."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = get_ident()

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return is_layer(m)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: Any
    ) -> Any:
        if get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: Any) -> Any:
        if get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)


class _Noting(fx.Interpreter):
    """Notes at each node the shape of its values, where they are numbers."""

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        is_numbers = isinstance(value, Tensor) and value.is_floating_point()
        n.meta[SHAPE] = tuple(value.shape) if is_numbers else None
        return value


def _twin(module: nn.Module, make: Callable[[nn.Module], nn.Module]) -> nn.Module:
    """The same tree of parts, each but the layers made anew; layers and parameters are shared."""
    made: dict[nn.Module, nn.Module] = {}

    def twin(part: nn.Module) -> nn.Module:
        if is_layer(part) and part is not module:
            return part
        if part not in made:
            made[part] = new = make(part)
            new._parameters, new._buffers = dict(part._parameters), dict(part._buffers)
            new._non_persistent_buffers_set = set(part._non_persistent_buffers_set)
            new._modules = {n: None if p is None else twin(p) for n, p in part._modules.items()}
        return made[part]

    return twin(module)


def _put_layers(graph: fx.Graph, whole: Unrolled) -> dict[fx.Node, str]:
    """Where the layer of each node is, once each function of the input's values has become one."""
    paths: dict[fx.Node, str] = {}
    from_input = {next(iter(graph.nodes))}
    for node in graph.nodes:
        if not from_input.isdisjoint(node.all_input_nodes):
            from_input.add(node)
        if node.op == "call_module":
            again = node.target in paths.values()
            paths[node] = _put_again(whole, node.target) if again else node.target
        elif node.op in ("call_function", "call_method") and node in from_input and _is_step(node):
            paths[node] = _put(whole, _caller(node), name_of(node), as_layer(node))
    for node in reversed(graph.nodes):
        if node.op in ("call_function", "call_method") and not node.users and node not in paths:
            graph.erase_node(node)  # sizes and checks that the layers do not need
    return paths


def _is_step(node: fx.Node) -> bool:
    """Whether a function computes values for a batch, which is of one here."""
    shape = node.meta[SHAPE]
    return name_of(node) not in _PLUMBING and shape is not None and shape[:1] == (1,)


def _caller(node: fx.Node) -> str:
    """The path of the module whose forward pass calls a function; "" for the whole."""
    stack = list(node.meta.get("nn_module_stack", {}).values())
    return str(stack[-1][0]) if stack else ""


def _put_again(whole: Unrolled, path: str) -> str:
    """Puts a layer beside itself, which shares its parameters but holds none; gives its path."""
    layer = whole.get_submodule(path)
    again = copy.copy(layer)
    vars(again).update({**layer._parameters, **layer._buffers, **layer._modules})
    again._parameters, again._buffers, again._modules = {}, {}, {}
    again._forward_hooks = OrderedDict(layer._forward_hooks)
    again._forward_pre_hooks = OrderedDict(layer._forward_pre_hooks)
    parent, _, name = path.rpartition(".")
    return _put(whole, parent, name, again)


def _put(whole: Unrolled, parent: str, stem: str, layer: nn.Module) -> str:
    """Puts a layer into the part at `parent`, under the first name that is free; gives its path."""
    part = whole.get_submodule(parent)
    names = chain([stem], (f"{stem}_{number}" for number in count(1)))
    name = next(name for name in names if not hasattr(part, name))
    part.add_module(name, layer)
    return f"{parent}.{name}" if parent else name


def _fill(whole: Unrolled, root: nn.Module, graph: fx.Graph, paths: dict[fx.Node, str]) -> None:
    """The steps of the graph, what they need from `root`, which was traced, and what they give."""
    nodes = list(graph.nodes)
    last = {read: node for node in nodes for read in node.all_input_nodes}
    names = {node: node.name for node in nodes} | {nodes[0]: INPUT}

    def template(part: Any) -> Any:
        return map_aggregate(part, lambda a: _Value(names[a]) if isinstance(a, fx.Node) else a)  # type: ignore[arg-type, return-value]

    steps = []
    for node in nodes[1:]:
        if node.op == "placeholder":
            whole.constants[node.name] = node.args[0]
        elif node.op == "get_attr":
            whole.constants[node.name] = reduce(getattr, node.target.split("."), root)
        elif node.op == "output":
            whole.result = template(node.args[0])
        else:
            path = tuple(paths[node].split(".")) if node in paths else ()
            function = None if path else function_of(node)
            read = (node, *node.all_input_nodes)
            done = tuple(names[one] for one in read if last.get(one, node) is node)
            args, kwargs = template(node.args), template(node.kwargs)
            steps.append(_Step(node.name, path, function, args, kwargs, done))
    whole.steps = tuple(steps)
