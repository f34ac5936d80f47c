"""A network as data: named layers, each reading from named others.  Imports no torch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
    """The part of its input that one output value of a layer sees, in cells of that input.

    It is as long along every axis, unless `wide` says what it is along a row.  Cell i sees the
    cells within [i * stride - padding, i * stride - padding + (kernel - 1) * dilation]; where a
    layer makes maps larger, stride and dilation are below 1, and those are the whole numbers in
    that interval.
    """

    kernel: int
    stride: float = 1
    padding: float = 0
    dilation: float = 1
    wide: Window | None = None

    @property
    def across(self) -> Window:
        """The window along a row."""
        return self.wide or self

    def summary(self, dims: int = 2) -> str:
        """Its settings in a few characters: "3x3, stride 2, pad 1"."""
        pad = f", pad {self.padding}" if self.padding else ""
        return f"{'x'.join([str(self.kernel)] * dims)}, stride {self.stride}{pad}"


class Misfit(UserError):
    """A layer that does not fit what it reads.

    `settings` are those of its options with which it would fit, empty where none are known.
    """

    def __init__(self, message: str, **settings: Any) -> None:
        super().__init__(message)
        self.settings = settings


class LayerKind(Protocol):
    """What a layer kind is: a frozen dataclass of options that says so in its bases.

    `word` stands for it in a network written in words, followed by the values of its `leading`
    options ("conv 6@5x5"); `joiner` is the sign between branches that end in it ("[a + b]"), if
    any; `stem` begins the names of its layers ("conv1"), of which the first has no number where a
    network has one as a rule (not `numbered`: "flatten"); `dims` is along how many axes its window
    slides.  The module that it builds prints itself as the expression that
    makes it, as torch's own modules do: that is the layer in generated source.

    `shape` and `build` are its own; the others hold unless it defines them: no parameters, no
    multiplications, one output value for each input value, nothing to summarise.
    """

    title: ClassVar[str] = ""
    group: ClassVar[str] = ""
    inputs: ClassVar[tuple[int, int]] = (1, 1)
    word: ClassVar[str] = ""
    stem: ClassVar[str] = ""
    numbered: ClassVar[bool] = True
    leading: ClassVar[tuple[str, ...]] = ()
    joiner: ClassVar[str] = ""
    dims: ClassVar[int] = 2

    @abstractmethod
    def shape(self, *given: Shape) -> Shape:
        """The output shape, without the batch.  Raises Misfit if the layer does not fit."""

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


@cache  # asked for each layer at every edit
def title_of(kind: str) -> str:
    """What a layer kind is called; torch's own name for one of other people's."""
    return LAYERS[kind].title if kind in LAYERS else kind


def layer(
    title: str,
    *,
    group: str,
    word: str = "",
    stem: str = "",
    numbered: bool = True,
    leading: tuple[str, ...] = (),
    joiner: str = "",
    inputs: tuple[int, int] = (1, 1),
    dims: int = 2,
) -> Callable[[Kind], Kind]:
    """Register the dataclass below under its class name.

    `inputs` is the least and greatest number of nodes it reads (greatest 0: any number).  Its
    `word` is its class name in small letters unless given, its `stem` its word without figures.
    """

    def register(kind: Kind) -> Kind:
        kind.title, kind.group, kind.inputs, kind.dims = title, group, inputs, dims
        kind.word = word or kind.__name__.lower()
        kind.stem = stem or "".join(filter(str.isalpha, kind.word))
        kind.numbered, kind.leading, kind.joiner = numbered, leading, joiner
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
    """A network: the shape of its input and its layers in the order they run.

    The input is a picture [C, H, W], a signal [C, T] or a clip [C, T, H, W].
    """

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

    def name_for(self, kind: type[LayerKind]) -> str:
        """What a new layer of a kind is called: "conv3", or "flatten" where there is none."""
        taken = {node.name for node in self.nodes}
        free = not kind.numbered and kind.stem not in taken
        return kind.stem if free else self.unused_name(kind.stem)

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
                    tuple(map(str, row["reads"])),
                )
                for row in data["nodes"]
            )
            return cls(str(data["name"]), _input(data["input"]), nodes)
        except (KeyError, TypeError, AttributeError) as error:
            raise no_network(error) from error


def no_network(error: Exception) -> UserError:
    """What to say of data that is no network's, where reading it raised `error`."""
    lack = f"{error} is missing" if isinstance(error, KeyError) else "a part is of another form"
    return UserError(f"This is not the description of a network: {lack}.")


def _input(sides: Sequence[Any]) -> Shape:
    if len(sides) not in (2, 3, 4) or not all(isinstance(s, int) and s > 0 for s in sides):
        raise UserError(
            "A network's input is [channels, height, width], [channels, time] or "
            f"[channels, time, height, width], not {sides!r}."
        )
    return tuple(sides)
