"""What convolutions of signals, pictures and clips share: borders, sizes, counts and words.

Source: Dumoulin & Visin 2016, arXiv:1603.07285 (sizes and borders).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd, prod
from typing import TYPE_CHECKING, Any

from core.network.geometry import maps, slide
from core.network.spec import LayerKind, Misfit, Shape, Window
from core.options import option

if TYPE_CHECKING:
    from torch import nn

#: How far the windows go beyond the maps, by the option's value.
BORDERS = {
    "given": "As the padding says",
    "valid": "Valid: whole windows only",
    "same": "Same: as many cells as come in",
    "full": "Full: all windows with a cell in them",
}

#: What stands beyond the maps, by the option's value.
FILLS = {"zeros": "Zeros", "reflect": "The maps, reflected"}


def filters_option() -> Any:
    """How many kernels there are."""
    return option(16, 1, 65536, label="Filters", help="How many maps come out")


def kernel_option(default: int = 3, unit: str = "px") -> Any:
    """The side of the kernels."""
    return option(default, 1, 63, label="Kernel", unit=unit, help="Side of each kernel")


def stride_option(unit: str = "px") -> Any:
    """The step from window to window."""
    return option(1, 1, 32, label="Stride", unit=unit, help="Step from window to window")


def padding_option(help: str = "Zeros around the maps", unit: str = "px") -> Any:
    """How far the first windows hang over the edge, and the last ones if nothing else says so."""
    return option(0, 0, 63, label="Padding", unit=unit, help=help, word="pad")


def padding_end_option(help: str, unit: str = "px") -> Any:
    """How far the last windows hang over the edge."""
    help = f"{help}; -1: as padding"
    return option(
        -1, -1, 63, label="Padding at the end", unit=unit, help=help, word="end", lowest="the same"
    )


def dilation_option() -> Any:
    """The step from tap to tap."""
    return option(1, 1, 32, label="Dilation", help="Step from tap to tap of a kernel")


def groups_option() -> Any:
    """Into how many groups the channels are parted."""
    return option(1, 1, 65536, label="Groups", help="Groups of maps that do not mix")


def bias_option(help: str = "A learned number added to each map") -> Any:
    """Whether something is added to the sums."""
    return option(True, label="Bias", help=help)


def border_option(default: str, *others: str) -> Any:
    """How far the windows go beyond the maps: the default, or one of the others."""
    choices = {value: label for value, label in BORDERS.items() if value in (default, *others)}
    help = "Other than the first: both paddings follow from it" if "given" in choices else ""
    return option(default, label="Border", choices=choices, help=help)


def fill_option() -> Any:
    """What stands beyond the maps."""
    return option("zeros", label="Fill", choices=FILLS, help="What stands beyond the maps")


def ends(border: str, kernel: int, dilation: int = 1) -> tuple[int, int]:
    """The padding before and after the maps for a border other than "given".

    "same" gives ceil(length / stride) cells; of an odd padding the end has one more.
    """
    reach = dilation * (kernel - 1)
    same = (reach // 2, reach - reach // 2)
    return {"valid": (0, 0), "same": same, "full": (reach, reach)}[border]


def check_reflection(sides: Sequence[int], padding: tuple[int, int]) -> None:
    """Raises Misfit if the maps are too small to go on so far as their reflection.

    The cell at the end is not repeated, so there are fewer to reflect than a side has.
    """
    most = min(sides) - 1
    if max(padding) > most:
        raise Misfit(
            f"A padding of {max(padding)} by reflection needs sides longer than that, gets "
            f"{' x '.join(map(str, sides))}; choose at most {most}, or fill with zeros.",
            fill="zeros",
        )


class Convolving(LayerKind):
    """A kind that slides `filters` learned kernels over signals, pictures or clips.

    The options are fields of the kinds themselves, as their units differ.
    """

    filters: int
    kernel: int
    stride: int
    padding: int
    padding_end: int
    dilation: int
    groups: int
    bias: bool
    border: str
    fill: str

    def shape(self, *given: Shape) -> Shape:
        """The filters, then the places along each side.  Raises Misfit if there are none."""
        channels, *sides = maps(type(self).__name__, given[0], self.dims)
        common = gcd(channels, self.filters)
        if common % self.groups:
            raise Misfit(
                f"{self.groups} groups cannot share {channels} channels and {self.filters} "
                f"filters evenly; choose a divisor of {common}.",
                groups=common,
            )
        places = slide(sides, self.window(*given), self._ends[1])
        if self.fill == "reflect":
            check_reflection(sides, self._ends)
        return (self.filters, *places)

    def parameters(self, *given: Shape) -> int:
        """The kernels' weights, and a bias for each where there is one."""
        return self.filters * (self._taps(*given) + self.bias)

    def macs(self, *given: Shape) -> int:
        """One operation for each output value and weight of its kernel, padding included."""
        return prod(self.shape(*given)) * self._taps(*given)

    def window(self, *given: Shape) -> Window:
        """That of the kernel; at the border a reflection may bring in cells beyond it."""
        return Window(self.kernel, self.stride, self._ends[0], self.dilation)

    def summary(self) -> str:
        """Its settings in a few characters: "6 @ 5x5, stride 2, same"."""
        return ", ".join(
            part
            for part, said in (
                (f"{self.filters} @ {'x'.join([str(self.kernel)] * self.dims)}", True),
                (f"stride {self.stride}", self.stride > 1),
                (self._border_in_words(), self.border != "given" or any(self._ends)),
                (f"dilation {self.dilation}", self.dilation > 1),
                (f"{self.groups} groups", self.groups > 1),
                ("no bias", not self.bias),
            )
            if said
        )

    def formula(self, *given: Shape) -> str:
        """The weights of a kernel and its bias, times the filters."""
        bias = " + 1" if self.bias else ""
        sides = " · ".join([str(self.kernel)] * self.dims)
        channels = given[0][0] // self.groups
        return f"{self.filters} · ({sides} · {channels}{bias}) = {self.parameters(*given):,}"

    def built(
        self, channels: int, plain: Callable[..., nn.Module], padded: Callable[..., nn.Module]
    ) -> nn.Module:
        """The module: torch's own, or the `padded` one where torch's cannot pad so."""
        sizes = (channels, self.filters, self.kernel, self.stride)
        rest: dict[str, Any] = {
            "dilation": self.dilation, "groups": self.groups, "bias": self.bias,
        }  # fmt: skip
        before, after = self._ends
        if self.fill == "reflect" and any(self._ends):
            return padded(*sizes, before=before, after=after, padding_mode="reflect", **rest)
        if before == after:
            return plain(*sizes, before, **rest)
        return padded(*sizes, before=before, after=after, **rest)

    @property
    def _ends(self) -> tuple[int, int]:
        """The padding before and after the maps."""
        if self.border != "given":
            return ends(self.border, self.kernel, self.dilation)
        return self.padding, self.padding if self.padding_end < 0 else self.padding_end

    def _border_in_words(self) -> str:
        before, after = self._ends
        end = f"+{after}" if after != before else ""
        said = f"pad {before}{end}" if self.border == "given" else self.border
        return f"{said} reflected" if self.fill == "reflect" and any(self._ends) else said

    def _taps(self, *given: Shape) -> int:
        """The weights of one kernel."""
        return int(given[0][0] // self.groups * self.kernel**self.dims)
