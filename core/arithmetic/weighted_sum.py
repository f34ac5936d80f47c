"""A sum of products: a convolution, a dense layer, a weighted average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arithmetic import LIMIT, Arithmetic, Bools, Floats, Part, short


@dataclass(frozen=True, eq=False)
class WeightedSum(Arithmetic):
    """Σ window × kernel + bias: a convolution, or with a window [n, 1, 1] a dense layer.

    The window is 0 where it hangs over the edge, unless the padding repeats or mirrors the maps.
    `slices` name the n matrices, `captions` say what the window and the kernel are.
    """

    window: Floats
    kernel: Floats
    inside: Bools
    bias: float | None = None
    slices: tuple[str, ...] = ()
    captions: tuple[str, str] = ("Window", "Kernel")

    @property
    def products(self) -> Floats:
        """Value times weight, [n, h, w]."""
        return self.window * self.kernel

    @property
    def channel_sums(self) -> Floats:
        """The sum of each matrix's products, [n]."""
        sums: Floats = self.products.sum((1, 2), dtype=np.float64).astype(np.float32)
        return sums

    @property
    def result(self) -> float:
        """The sum of all products and the bias."""
        exact = self.window.astype(np.float64) * self.kernel
        return float(exact.sum()) + (self.bias or 0.0)

    def formula(self, limit: int = LIMIT) -> str:
        """As in "1×1 + 0×1 + … = 4": all terms in order, or of too many the largest."""
        values, weights = self.window.ravel(), self.kernel.ravel()
        order = np.arange(values.size)
        if values.size > limit:
            order = np.argsort(-np.abs(values * weights), kind="stable")[:limit]
        terms = [f"{short(values[k])}×{short(weights[k])}" for k in order]
        terms += ["…"] if values.size > limit else []
        terms += [] if self.bias is None else [short(self.bias)]
        return f"{' + '.join(terms)} = {short(self.result)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The window, the kernel, the products."""
        window, kernel = self.captions
        return (
            Part(window, self.window, self.inside),
            Part(kernel, self.kernel),
            Part("Products", self.products, self.inside),
        )

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of the matrices."""
        return self.slices

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The sum of all products and the bias, where there is one."""
        if self.bias is None:
            return ()
        return (
            ("Sum of products", short(self.result - self.bias)),
            ("Bias", short(self.bias)),
            ("Result", short(self.result)),
        )
