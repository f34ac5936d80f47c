"""Some layers of a network as text, to be put into the same or another network."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from core.errors import UserError
from core.network.edit import spliced
from core.network.layer_table import is_name
from core.network.spec import INPUT, ModelSpec
from core.network.wiring import shortened, spelt_out

_NOTHING = "The clipboard holds no layers; copy some first."


def copied(spec: ModelSpec, names: Iterable[str]) -> str:
    """Layers with the wiring between them, as the JSON of a network of their own.

    What they read of the others is the input of that network.
    """
    chosen = set(names)
    nodes = [
        replace(node, reads=tuple(read if read in chosen else INPUT for read in node.reads))
        for node in spelt_out(spec)
        if node.name in chosen
    ]
    return json.dumps(shortened(spec, nodes).to_json(), indent=1)


def pasted(spec: ModelSpec, text: str, after: str = "") -> tuple[ModelSpec, tuple[str, ...]]:
    """The network with the layers of `text` behind `after`, or at the end; and their names.

    Their wiring is kept; what read the input reads `after`, and the layer behind `after` that
    read it reads the last of them.  A name that is taken gets another number.
    Raises UserError if the text is not a network.
    """
    fragment = _fragment(text)
    names = [node.name for node in spec.nodes]
    index = names.index(spec.node(after).name) + 1 if after else len(names)
    renamed = {INPUT: names[index - 1] if index else INPUT}
    taken = spec
    for node in fragment.nodes:
        free = node.name if node.name not in names else taken.unused_name(_stem(node.name))
        renamed[node.name] = free
        taken = taken.with_nodes((*taken.nodes, replace(node, name=free)))
        names.append(free)
    nodes = [
        replace(node, name=renamed[node.name], reads=tuple(renamed[read] for read in node.reads))
        for node in spelt_out(fragment)
    ]
    return spliced(spec, index, nodes), tuple(node.name for node in nodes)


def _fragment(text: str) -> ModelSpec:
    """The network that a text holds.  Raises UserError unless its layers can be pasted."""
    try:
        fragment = ModelSpec.from_json(json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise UserError(_NOTHING) from error
    names = [node.name for node in fragment.nodes]
    read = {name for node in fragment.nodes for name in node.reads}
    sound = len(set(names)) == len(names) and all(map(is_name, names))
    if not sound or not read <= {INPUT, *names}:
        raise UserError(_NOTHING)
    return fragment


def _stem(name: str) -> str:
    """A name without the number at its end; a name that is a number keeps it."""
    return name.rstrip("0123456789") or name
