"""Convolution whose filters each read some of the maps."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from core.network.geometry import maps, slide
from core.network.shared import convolving
from core.network.shared.connections import Connections, read_connections
from core.network.spec import LayerKind, Misfit, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn

#: What shares a bias, by the option's value.
BIASES = {"map": "One for each map", "unit": "One for each unit", "none": "None"}


@layer(
    "Convolution by a table",
    group="Feature maps", word="tableconv", stem="conv", leading=("filters", "kernel"),
)  # fmt: skip
@dataclass(frozen=True)
class TableConv2d(LayerKind):
    """A convolution whose filters each read only some of the maps, by a table of connections.

    What is read by fewer rows than there are filters, they take in turns; an empty table is that
    of a convolution.  A bias may belong to a map or to each unit, and the background beyond the
    maps may have a value of its own.
    Source: LeCun et al. 1989, doi:10.1162/neco.1989.1.4.541 (biases, background); LeCun et al.
    1998, doi:10.1109/5.726791, table I.
    """

    filters: int = convolving.filters_option()
    kernel: int = convolving.kernel_option(5)
    connections: str = option(
        "", label="Connections", word="reads",
        help="The maps that each filter reads, such as 0-2; 1-3; 0 4 5; empty: all",
    )  # fmt: skip
    stride: int = convolving.stride_option()
    padding: int = convolving.padding_option("Background around the maps")
    background: float = option(
        0.0, -1000.0, 1000.0, label="Background", help="The value beyond the maps"
    )
    biases: str = option("map", label="Biases", choices=BIASES, help="What shares a bias")

    def shape(self, *given: Shape) -> Shape:
        channels, *sides = maps("TableConv2d", given[0])
        rows = self._rows(channels)
        last = max(row[-1] for row in rows)
        if last >= channels:
            raise Misfit(
                f"The table names map {last}, but there are {channels}, 0 to {channels - 1}; name "
                "those alone, or leave the table empty.",
                connections="",
            )
        return (self.filters, *slide(sides, self.window(*given)))

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import table

        shape = self.shape(*given)
        shapes = {"map": (self.filters, 1, 1), "unit": shape, "none": ()}
        steps = (self.kernel, self.stride, self.padding, self.background)
        rows = self._rows(given[0][0])
        return table.TableConv2d(given[0][0], rows, *steps, shapes[self.biases])

    def parameters(self, *given: Shape) -> int:
        return self._taps(*given) + self._bias_count(*given)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)[1:]) * self._taps(*given)

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding)

    def summary(self) -> str:
        parts = [f"{self.filters} @ {self.window().summary()}"]
        parts += ["by a table"] * bool(self.connections.strip())
        parts += {"map": [], "unit": ["a bias for each unit"], "none": ["no bias"]}[self.biases]
        return ", ".join(parts)

    def formula(self, *given: Shape) -> str:
        pairs = self._taps(*given) // self.kernel**2
        bias = f" + {self._bias_count(*given):,}" if self.biases != "none" else ""
        count = self.parameters(*given)
        return f"{self.kernel} · {self.kernel} · {pairs} pairs of maps{bias} = {count:,}"

    def _rows(self, channels: int) -> Connections:
        """What each filter reads of so many maps.  Raises Misfit if a table has too many rows."""
        rows = read_connections(self.connections) or (tuple(range(channels)),)
        if len(rows) > self.filters:
            raise Misfit(
                f"The table has {len(rows)} rows for {self.filters} filters; choose {len(rows)} "
                "filters.",
                filters=len(rows),
            )
        return tuple(rows[index % len(rows)] for index in range(self.filters))

    def _taps(self, *given: Shape) -> int:
        """The weights of all kernels."""
        return sum(map(len, self._rows(given[0][0]))) * self.kernel**2

    def _bias_count(self, *given: Shape) -> int:
        if self.biases == "unit":
            return prod(self.shape(*given))
        return self.filters if self.biases == "map" else 0
