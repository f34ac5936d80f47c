"""What layers share whose kernels are given, not learned."""

from __future__ import annotations

from abc import abstractmethod
from math import prod
from typing import Any

from core.network.geometry import maps, slide, written
from core.network.shared.convolving import check_reflection, ends
from core.network.spec import LayerKind, Misfit, Shape, Window
from core.options import option

#: What each kernel slides over, by the option's value.
OVERS = {"each": "Each channel by itself", "sum": "The sum of the channels"}


def over_option() -> Any:
    """What each kernel slides over."""
    return option("each", label="Over", choices=OVERS, help="How many maps come out")


class FixedKernels(LayerKind):
    """A kind that slides given kernels over each channel by itself, or over their sum.

    The options are fields of the kinds themselves.
    """

    stride: int
    border: str
    fill: str
    over: str

    @abstractmethod
    def side(self) -> int:
        """How long and wide the kernels are.  Raises UserError if there is something wrong."""

    @abstractmethod
    def kernels(self) -> int:
        """How many there are.  Raises UserError if there is something wrong."""

    def maps_each(self) -> int:
        """How many maps come out of one."""
        return self.kernels()

    def shape(self, *given: Shape) -> Shape:
        """The maps of each channel in turn, or those of the sum.

        Raises Misfit if a kernel does not fit, and UserError if there is something wrong with it.
        """
        _, *sides = maps(type(self).__name__, given[0])
        side, padding = self.side(), self._ends
        if side > min(sides) + sum(padding):
            raise Misfit(
                f"A {side} x {side} kernel does not fit {written(tuple(sides))} maps; choose the "
                'border "same".',
                border="same",
            )
        if self.fill == "reflect":
            check_reflection(sides, padding)
        places = slide(sides, self.window(*given), padding[1])
        return (self._sources(*given) * self.maps_each(), *places)

    def macs(self, *given: Shape) -> int:
        """One operation for each place and number of a kernel."""
        places = prod(self.shape(*given)[1:])
        return places * self._sources(*given) * self.kernels() * self.side() ** 2

    def window(self, *given: Shape) -> Window:
        """That of the kernels; at the border a reflection may bring in cells beyond it."""
        return Window(self.side(), self.stride, self._ends[0])

    def sliding(self, *given: Shape) -> dict[str, Any]:
        """The arguments that the modules of these kinds share."""
        before, after = self._ends
        return {
            "channels": given[0][0], "stride": self.stride, "before": before, "after": after,
            "padding_mode": self.fill, "over": self.over,
        }  # fmt: skip

    def sliding_in_words(self) -> str:
        """The settings of these kinds in a few characters: ", stride 2, same"."""
        stride = f", stride {self.stride}" if self.stride > 1 else ""
        reflected = " reflected" if self.fill == "reflect" and self.border != "valid" else ""
        return f"{stride}, {self.border}{reflected}{', of the sum' * (self.over == 'sum')}"

    @property
    def _ends(self) -> tuple[int, int]:
        """The padding before and after the maps."""
        return ends(self.border, self.side())

    def _sources(self, *given: Shape) -> int:
        """How many maps the kernels slide over."""
        return given[0][0] if self.over == "each" else 1
