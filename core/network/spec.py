"""A network as data: named layers, each reading from named others.  Imports no torch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from core.errors import UserError
from core.options import values_of, with_values
from core.registry import Registry, nearest

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]

#: The name under which nodes read the network's input.
INPUT = "input"

#: The version of the JSON form; a newer one is refused.
VERSION = 1


@dataclass(frozen=True)
class Window:
    """The square of its input that one output value of a layer sees, in cells of that input."""

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    def summary(self) -> str:
        """Its settings in a few characters: "3x3, stride 2, pad 1"."""
        pad = f", pad {self.padding}" if self.padding else ""
        return f"{self.kernel}x{self.kernel}, stride {self.stride}{pad}"


class LayerKind(Protocol):
    """What a layer kind is: a frozen dataclass of options that says so in its bases.

    `shape` and `build` are its own; the others hold unless it defines them: no parameters, no
    multiplications, one output value for each input value, nothing to summarise.
    """

    title: ClassVar[str] = ""
    group: ClassVar[str] = ""
    inputs: ClassVar[tuple[int, int]] = (1, 1)

    @abstractmethod
    def shape(self, *given: Shape) -> Shape:
        """The output shape, without the batch.  Raises UserError if the layer does not fit."""

    @abstractmethod
    def build(self, *given: Shape) -> nn.Module:
        """The torch module for these input shapes."""

    def parameters(self, *given: Shape) -> int:
        """How many numbers are learned."""
        return 0

    def macs(self, *given: Shape) -> int:
        """Multiply-accumulate operations for one sample."""
        return 0

    def window(self, *given: Shape) -> Window | None:
        """What one output value sees; None: all of the input."""
        return Window(1)

    def summary(self) -> str:
        """Its settings in a few characters: "6 @ 5x5, pad 2"."""
        return ""

    def formula(self, *given: Shape) -> str:
        """How its parameters are counted, with the numbers; empty where there are none."""
        return ""


Kind = TypeVar("Kind", bound=type[LayerKind])
LAYERS: Registry[type[LayerKind]] = Registry("layer kind", "core.network.layers")


def layer(title: str, *, group: str, inputs: tuple[int, int] = (1, 1)) -> Callable[[Kind], Kind]:
    """Register the dataclass below under its class name.

    `inputs` is the least and greatest number of nodes it reads (greatest 0: any number).
    """

    def register(kind: Kind) -> Kind:
        kind.title, kind.group, kind.inputs = title, group, inputs
        LAYERS.add(kind.__name__, kind)
        return kind

    return register


@dataclass(frozen=True)
class Node:
    """One layer of a network.

    `name` is also the torch module's name, the tap's and the label on screen.  `reads` are the
    names of the nodes it reads, `INPUT` for the network's input; empty: the node before it.
    """

    name: str
    op: LayerKind
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelSpec:
    """A network: the shape of its input [C, H, W] and its layers in the order they run."""

    name: str
    input: Shape
    nodes: tuple[Node, ...] = ()

    def node(self, name: str) -> Node:
        """The node of that name.  Raises UserError if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise UserError(f"There is no layer {name!r}{nearest(name, [n.name for n in self.nodes])}")

    def reads(self, index: int) -> tuple[str, ...]:
        """What the node at `index` reads, with "the node before it" spelt out."""
        node = self.nodes[index]
        return node.reads or (self.nodes[index - 1].name if index else INPUT,)

    def with_nodes(self, nodes: tuple[Node, ...]) -> ModelSpec:
        """The same network with other layers."""
        return replace(self, nodes=nodes)

    def unused_name(self, stem: str) -> str:
        """`stem` with the first number that no node has yet: "conv3"."""
        taken = {node.name for node in self.nodes}
        return next(f"{stem}{k}" for k in range(1, len(taken) + 2) if f"{stem}{k}" not in taken)

    def to_json(self) -> dict[str, Any]:
        """The network as plain data, with a version."""
        return {
            "version": VERSION,
            "name": self.name,
            "input": list(self.input),
            "nodes": [
                {
                    "name": node.name,
                    "kind": type(node.op).__name__,
                    "options": values_of(node.op),
                    "reads": list(node.reads),
                }
                for node in self.nodes
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ModelSpec:
        """The network that `to_json` wrote.

        Raises UserError for a newer version, an unknown layer kind, or settings out of range.
        """
        try:
            if data["version"] > VERSION:
                raise UserError(
                    f"This network was written by a newer version (format {data['version']}, "
                    f"this one reads up to {VERSION}); update CNN Workbench."
                )
            nodes = tuple(
                Node(
                    str(row["name"]),
                    with_values(LAYERS[row["kind"]], row["options"]),
                    tuple(row["reads"]),
                )
                for row in data["nodes"]
            )
            return cls(str(data["name"]), _input(data["input"]), nodes)
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"This is not a network description: {error!r} is missing or wrong."
            ) from error


def _input(sides: Sequence[Any]) -> Shape:
    if len(sides) != 3 or not all(isinstance(side, int) and side > 0 for side in sides):
        raise UserError(f"A network's input is [channels, height, width], not {sides!r}.")
    return tuple(sides)
