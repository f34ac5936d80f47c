"""A kernel typed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.shared.convolving import border_option, fill_option, stride_option
from core.network.shared.fixed import FixedKernels, over_option
from core.network.shared.matrix import Matrix, filled_up, read_matrix
from core.network.spec import Misfit, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn

#: A summary shows at most so many characters of the matrix.
_SHOWN = 24


@layer("Fixed kernel", group="Fixed kernels", word="fixed", leading=("matrix",))
@dataclass(frozen=True)
class FixedKernel(FixedKernels):
    """Slide a kernel of one's own over the maps; cross-correlation, nothing is learned.

    Sharpen: 0 -1 0 / -1 5 -1 / 0 -1 0; blur: 1/9 1/9 1/9 / 1/9 1/9 1/9 / 1/9 1/9 1/9;
    edges: -1 -1 -1 / -1 8 -1 / -1 -1 -1.  Source: lectures 002 and 004.
    """

    matrix: str = option(
        "0 -1 0 / -1 5 -1 / 0 -1 0", label="Kernel", word="kernel",
        help="Rows parted by / or ; such as 1 0 1 / 0 1 0 / 1 0 1; fractions such as 1/9 too",
    )  # fmt: skip
    stride: int = stride_option()
    border: str = border_option("same", "valid", "full")
    fill: str = fill_option()
    over: str = over_option()

    def build(self, *given: Shape) -> nn.Module:
        from core.network.modules import fixed

        return fixed.FixedKernel(matrix=self._square(), **self.sliding(*given))

    def side(self) -> int:
        return len(self._square())

    def kernels(self) -> int:
        return 1

    def summary(self) -> str:
        shown = " ".join(self.matrix.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 2].rstrip()} …"
        return f"{shown}{self.sliding_in_words()}"

    def _square(self) -> Matrix:
        """Its rows.  Raises Misfit if it is not square, with zeros around it that make it so."""
        rows = read_matrix(self.matrix)
        if len(rows) != len(rows[0]):
            square = filled_up(self.matrix)
            raise Misfit(
                f"A kernel must be square, this one is {len(rows)} x {len(rows[0])}; fill it up "
                f"with zeros to make it square: {square}.",
                matrix=square,
            )
        return rows
