"""Edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.convolving import border_option, fill_option, stride_option
from core.network.shared.fixed import FixedKernels, over_option
from core.network.spec import Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn

#: What comes out, by the option's value.
GIVES = {"both": "Along x, and along y", "x": "Along x", "y": "Along y", "magnitude": "Magnitude"}


@layer("Sobel edges", group="Fixed kernels")
@dataclass(frozen=True)
class Sobel(FixedKernels):
    """How steeply brightness grows to the right (x) and downwards (y), or how steeply in all.

    The magnitude is the root of x² + y² + 10^-12, so that its gradient is defined everywhere.
    Nothing is learned.  Source: Sobel & Feldman 1968, "A 3x3 isotropic gradient operator".
    """

    gives: str = option("both", label="Gives", choices=GIVES, help="Which maps come out")
    stride: int = stride_option()
    border: str = border_option("same", "valid")
    fill: str = fill_option()
    over: str = over_option()

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import fixed

        return fixed.Sobel(gives=self.gives, **self.sliding(*given))

    def side(self) -> int:
        return 3

    def kernels(self) -> int:
        return 2 if self.gives in ("both", "magnitude") else 1

    def maps_each(self) -> int:
        return 2 if self.gives == "both" else 1

    def summary(self) -> str:
        return f"{'x and y' if self.gives == 'both' else self.gives}{self.sliding_in_words()}"
