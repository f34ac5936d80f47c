"""Dropout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.spec import LayerKind, Shape, layer
from core.options import option

if TYPE_CHECKING:
    from torch import nn


@layer("Dropout", group="Normalisation", leading=("share",))
@dataclass(frozen=True)
class Dropout(LayerKind):
    """While training, set a random `share` of the values to 0 and scale the others up.

    Source: Srivastava et al. 2014, JMLR 15:1929.
    """

    share: float = option(0.5, 0.0, 0.95, label="Share", help="How many of the values are dropped")

    def shape(self, *given: Shape) -> Shape:
        return given[0]

    def build(self, *given: Shape) -> nn.Module:
        from core.network import modules

        return modules.Dropout(self.share)

    def summary(self) -> str:
        return f"{self.share:.0%}"
