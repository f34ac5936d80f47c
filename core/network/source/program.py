"""The program: imports, the layers' own classes, the network, and its training."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from core.network import modules
from core.network.geometry import written
from core.network.layer_table import LayerRow, whole_table
from core.network.preprocessing import Preprocessing
from core.network.snapshot import plain
from core.network.source.definitions import Imports, definitions
from core.network.source.expressions import expression, wrapped
from core.network.source.training import NAMES, add_imports, training_script
from core.network.spec import INPUT, ModelSpec, Shape

#: Own modules that compute what torch's of the same name do; they only draw otherwise.
_AS_TORCH = (modules.Dropout,)

_INDENT = " " * 4


def python_source(
    spec: ModelSpec, *, training: bool = False, preprocessing: Preprocessing | None = None
) -> str:
    """A Python program with the network as a torch module, which needs nothing but torch.

    Its state dict has the names of `Network`'s.  With `training` it is a script that learns
    from a folder of pictures or a data set of torchvision, which it reads through `preprocessing`
    (by default: scaled to 0..1).  Raises UserError if a layer does not fit, or, with `training`,
    if the network is no classifier.
    """
    table = whole_table(spec)
    layers = _built(spec, table)
    own = _own_classes(layers)
    imports = Imports({"torch"}, {"torch": {"Tensor", "nn"}})
    own_texts = definitions(own.values(), imports)
    if training:
        add_imports(imports, spec)
    title = _class_name(spec.name, {*own, *imports.known(), *NAMES})
    if training:
        seen = preprocessing or plain(spec.input)
        script = training_script(title, spec, table[-1].shape or (), seen)
    else:
        script = _trial(title, spec.input)
    network = _network(title, spec, table, layers, own)
    return "\n\n\n".join(
        [f"{_header(spec, table)}\n\n{imports.text()}", *own_texts, network, script]
    )


def _built(spec: ModelSpec, table: Sequence[LayerRow]) -> dict[str, nn.Module]:
    """The layers' modules, without memory for their weights."""
    with torch.device("meta"):
        return {
            node.name: node.op.build(*row.given)
            for node, row in zip(spec.nodes, table, strict=True)
        }


def _own_classes(layers: Mapping[str, nn.Module]) -> dict[str, type]:
    """The classes by name that are not torch's, of the layers and of their parts."""
    kinds = {type(part) for layer in layers.values() for part in layer.modules()}
    own = (
        kind
        for kind in kinds
        if kind.__module__.partition(".")[0] != "torch" and kind not in _AS_TORCH
    )
    return {kind.__name__: kind for kind in sorted(own, key=lambda kind: kind.__name__)}


def _header(spec: ModelSpec, table: Sequence[LayerRow]) -> str:
    """What the network is, in comments."""
    name = " ".join("".join(c if c.isprintable() else " " for c in spec.name).split())
    parameters = sum(row.parameters for row in table)
    return "\n".join(
        (
            f"# {name or 'Network'}",
            f"# Input {written(spec.input)}, output {written(table[-1].shape or ())}, "
            f"{parameters:,} parameters.",
            "# Made with CNN Workbench.",
        )
    )


def _class_name(name: str, taken: set[str]) -> str:
    """A network's name as that of a class that there is not yet."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    title = "".join(word[0].upper() + word[1:] for word in words) or "Network"
    title = f"Net{title}" if title[0].isdigit() else title
    return f"{title}Network" if title in taken or keyword.iskeyword(title) else title


def _network(
    title: str,
    spec: ModelSpec,
    table: Sequence[LayerRow],
    layers: Mapping[str, nn.Module],
    own: Mapping[str, type],
) -> str:
    """The class of the network."""
    makes = [_making(name, expression(name, layer, own)) for name, layer in layers.items()]
    variables = _variables(table)
    runs = [
        _running(row, variables, last=index + 1 == len(table)) for index, row in enumerate(table)
    ]
    batch = ", ".join(map(str, spec.input))
    return "\n".join(
        (
            f"class {title}(nn.Module):",
            f'{_INDENT}"""{len(table)} layers, named as in their weights."""\n',
            f"{_INDENT}def __init__(self) -> None:",
            f"{_INDENT * 2}super().__init__()",
            *makes,
            f"\n{_INDENT}def forward(self, {variables[INPUT]}: Tensor) -> Tensor:",
            f'{_INDENT * 2}"""The output for a batch [B, {batch}]."""',
            *runs,
        )
    )


def _making(name: str, call: ast.Call) -> str:
    """The line that makes a layer."""
    if _is_plain(name):
        return wrapped(f"{_INDENT * 2}self.{name} = ", call)
    return wrapped(_INDENT * 2, _call("self.add_module", ast.Constant(name), call))


def _running(row: LayerRow, variables: Mapping[str, str], *, last: bool) -> str:
    """The line that runs a layer, with the shape that it gives."""
    layer = f"self.{row.name}" if _is_plain(row.name) else f"self.get_submodule({row.name!r})"
    call = _call(layer, *(ast.Name(variables[read], ast.Load()) for read in row.reads))
    begin = "return " if last else f"{variables[row.name]} = "
    return wrapped(_INDENT * 2 + begin, call, f"  # {written(row.shape or ())}")


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    called = ast.parse(function, mode="eval").body
    return ast.fix_missing_locations(ast.Call(called, list(arguments), []))


def _variables(table: Sequence[LayerRow]) -> dict[str, str]:
    """The variable that holds what each layer gives: x where only the next layer reads it."""
    names = [INPUT, *(row.name for row in table)]
    taken = {"x", "self"}
    found = {}
    for index, name in enumerate(names):
        if all(name not in row.reads for row in table[index + 1 :]):
            found[name] = "x"
            continue
        wanted = "image" if name == INPUT else name if _is_plain(name) else f"layer_{index}"
        while wanted in taken:
            wanted += "_"
        taken.add(wanted)
        found[name] = wanted
    return found


def _is_plain(name: str) -> bool:
    """Whether a layer's name can be written as an attribute's, and means the same there."""
    mangled = name.startswith("__") and not name.endswith("__")
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and not mangled


def _trial(title: str, shape: Shape) -> str:
    """What the program does when it is run: one forward pass."""
    return (
        'if __name__ == "__main__":\n'
        f"{_INDENT}print({title}().eval()(torch.zeros{(1, *shape)}).shape)\n"
    )
