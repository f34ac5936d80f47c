"""2-D convolution."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, prod
from typing import TYPE_CHECKING, Any

from core.network.geometry import maps, slide
from core.network.spec import LayerKind, Misfit, Shape, Window, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Convolution", group="Feature maps", word="conv", leading=("filters", "kernel"))
@dataclass(frozen=True)
class Conv2d(LayerKind):
    """Slide `filters` learned kernels over the maps; cross-correlation, as in torch."""

    filters: int = option(16, 1, 65536, label="Filters", help="How many maps come out")
    kernel: int = option(3, 1, 63, label="Kernel", unit="px", help="Side of each kernel")
    stride: int = option(1, 1, 32, label="Stride", unit="px", help="Step from window to window")
    padding: int = option(0, 0, 63, label="Padding", unit="px", help="Zeros around the maps")
    padding_end: int = option(
        -1, -1, 63, label="Padding at the end", unit="px", help="Below and right; -1: as padding"
    )
    dilation: int = option(1, 1, 32, label="Dilation", help="Step from tap to tap of a kernel")
    groups: int = option(1, 1, 65536, label="Groups", help="Groups of maps that do not mix")
    bias: bool = option(True, label="Bias", help="A learned number added to each map")

    def shape(self, *given: Shape) -> Shape:
        channels, height, width = maps("Conv2d", given[0])
        common = gcd(channels, self.filters)
        if common % self.groups:
            raise Misfit(
                f"{self.groups} groups cannot share {channels} channels and {self.filters} "
                f"filters evenly; choose a divisor of {common}.",
                groups=common,
            )
        return (self.filters, *slide((height, width), self.window(*given), self._end))

    def build(self, *given: Shape) -> nn.Module:
        from torch import nn

        from core.network.modules import PaddedConv2d

        sizes = (given[0][0], self.filters, self.kernel, self.stride)
        rest: dict[str, Any] = {
            "dilation": self.dilation, "groups": self.groups, "bias": self.bias,
        }  # fmt: skip
        if self._end == self.padding:
            return nn.Conv2d(*sizes, self.padding, **rest)
        return PaddedConv2d(*sizes, before=self.padding, after=self._end, **rest)

    def parameters(self, *given: Shape) -> int:
        return self.filters * (self._taps(*given) + self.bias)

    def macs(self, *given: Shape) -> int:
        return prod(self.shape(*given)) * self._taps(*given)

    def window(self, *given: Shape) -> Window:
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    def summary(self) -> str:
        end = f"+{self._end}" if self._end != self.padding else ""
        return ", ".join(
            part
            for part, said in (
                (f"{self.filters} @ {self.kernel}x{self.kernel}", True),
                (f"stride {self.stride}", self.stride > 1),
                (f"pad {self.padding}{end}", self.padding or self._end),
                (f"dilation {self.dilation}", self.dilation > 1),
                (f"{self.groups} groups", self.groups > 1),
                ("no bias", not self.bias),
            )
            if said
        )

    def formula(self, *given: Shape) -> str:
        bias = " + 1" if self.bias else ""
        channels = given[0][0] // self.groups
        count = self.parameters(*given)
        return f"{self.filters} · ({self.kernel} · {self.kernel} · {channels}{bias}) = {count:,}"

    @property
    def _end(self) -> int:
        return self.padding if self.padding_end < 0 else self.padding_end

    def _taps(self, *given: Shape) -> int:
        """The weights of one kernel."""
        return given[0][0] // self.groups * self.kernel**2
