"""Gabor functions as kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.convolving import border_option, fill_option, kernel_option, stride_option
from core.network.shared.fixed import FixedKernels, over_option
from core.network.spec import Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn

#: Which waves there are, by the option's value.
PHASES = {"both": "Even and odd, in turn", "even": "Even: cosine", "odd": "Odd: sine"}


@layer(
    "Gabor bank",
    group="Fixed kernels", word="gabor", leading=("orientations", "kernel"),
)  # fmt: skip
@dataclass(frozen=True)
class GaborBank(FixedKernels):
    """Gabor functions of all directions as kernels: the simple cells of the visual cortex.

    a exp(-beta_x x'² - beta_y y'²) cos(f x' + phi), with x' and y' turned by tau = k pi / N about
    the centre, f = 2 pi / wavelength, beta_x = 1 / (2 (spread wavelength)²), beta_y = beta_x
    aspect², phi = 0 (even) and -pi/2 (odd), and a such that the squares of a kernel sum to 1.
    Even and odd ones of a direction are neighbours: a pair for complex cells.  Nothing is learned.
    Source: Jones & Palmer 1987, J. Neurophysiol. 58, 1233; lectures 000 and 003.
    """

    orientations: int = option(8, 1, 36, label="Directions", help="Evenly over half a turn")
    kernel: int = kernel_option(11)
    wavelength: float = option(
        4.0, 2.0, 64.0, label="Wavelength", unit="px", help="Of the finest kernels"
    )
    scales: int = option(1, 1, 6, label="Wavelengths", help="Each twice as long as the last")
    spread: float = option(
        0.5, 0.1, 4.0, label="Spread", unit="wavelengths",
        help="Of the envelope across the stripes; below 0.4 brightness comes through",
    )  # fmt: skip
    aspect: float = option(
        0.8, 0.1, 4.0, label="Aspect", help="Spread across the stripes over that along them"
    )
    phases: str = option("both", label="Phases", choices=PHASES, help="Which waves there are")
    stride: int = stride_option()
    border: str = border_option("same", "valid")
    fill: str = fill_option()
    over: str = over_option()

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import fixed

        return fixed.GaborBank(
            orientations=self.orientations, kernel=self.kernel, wavelength=self.wavelength,
            scales=self.scales, spread=self.spread, aspect=self.aspect, phases=self.phases,
            **self.sliding(*given),
        )  # fmt: skip

    def side(self) -> int:
        return self.kernel

    def kernels(self) -> int:
        return self.orientations * self.scales * (2 if self.phases == "both" else 1)

    def summary(self) -> str:
        waves = " and ".join(f"{self.wavelength * 2**k:g}" for k in range(self.scales))
        size = f"{self.kernels()} @ {self.kernel}x{self.kernel}"
        return f"{size}, waves of {waves} px{self.sliding_in_words()}"
