"""What joins, weighs, widens or passes on."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import numbers
from core.arithmetic.branches import Product, Total
from core.arithmetic.copied import Copied
from core.arithmetic.gate import Gate
from core.arithmetic.share import Share
from core.network.modules import Joined, Sum, structure


@arithmetic(Sum)
def total(module: Sum, site: Site) -> Total:
    """One value of each branch, and their sum."""
    terms = numbers(torch.stack([part[site.index] for part in site.given]))
    return Total(terms, _names(site))


@arithmetic(structure.Product)
def product(module: structure.Product, site: Site) -> Product:
    """One value of each branch, and their product; a side of 1 is repeated."""
    spread = [part.expand(site.shape)[site.index] for part in site.given]
    return Product(numbers(torch.stack(spread)), _names(site))


@arithmetic(structure.SqueezeExcite)
def gate(module: structure.SqueezeExcite, site: Site) -> Gate:
    """The value, and the gate of its channel."""
    squeeze, excite = module.squeeze, module.excite
    blank = np.zeros(module.hidden, np.float32)
    return Gate(
        float(site.given[0][site.index]),
        numbers(site.given[0].flatten(1).double().mean(1)),
        numbers(squeeze.weight),
        blank if squeeze.bias is None else numbers(squeeze.bias),
        numbers(excite.weight[site.unit]),
        0.0 if excite.bias is None else float(excite.bias[site.unit]),
    )


@arithmetic(nn.Softmax)
def softmax(module: nn.Softmax, site: Site) -> Share:
    """All values that share 1 with this one."""
    axis = (module.dim or 0) - 1 if (module.dim or 0) > 0 else -1  # without the batch
    line = list[int | slice](site.index)
    place, line[axis] = site.index[axis], slice(None)
    return Share(numbers(site.given[0][tuple(line)]), place)


@arithmetic(Joined)
def joined(module: Joined, site: Site) -> Copied:
    """The branch that the map comes from, and its number there."""
    unit, branch = site.unit, 0
    while unit >= len(site.given[branch]):
        unit, branch = unit - len(site.given[branch]), branch + 1
    value = site.given[branch][(unit, *site.place)]
    return Copied(_where(site.name(branch), (unit, *site.place)), float(value))


@arithmetic(structure.PadChannels)
def pad_channels(module: structure.PadChannels, site: Site) -> Copied:
    """The map of that number, or one of the zeros after them."""
    if site.unit >= len(site.given[0]):
        return Copied("a map of zeros that was added", 0.0)
    return _same(site)


@arithmetic(nn.Flatten)
def flatten(module: nn.Flatten, site: Site) -> Copied:
    """Where the value stands in the maps."""
    index = np.unravel_index(site.unit, site.given[0].shape)
    steps = tuple(int(step) for step in index)
    return Copied(_where(site.name(0), steps), float(site.given[0][steps]))


@arithmetic(nn.Identity)
def identity(module: nn.Identity, site: Site) -> Copied:
    """The same value."""
    return _same(site)


@arithmetic(nn.Dropout)
def dropout(module: nn.Dropout, site: Site) -> Copied:
    """The same value: only while training some are dropped."""
    return _same(site, f"While training, {module.p:.0%} of the values are set to 0 instead.")


def _same(site: Site, remark: str = "") -> Copied:
    value = float(site.given[0][site.index])
    return Copied(_where(site.name(0), site.index), value, remark)


def _names(site: Site) -> tuple[str, ...]:
    return tuple(site.name(branch) for branch in range(len(site.given)))


def _where(layer: str, index: tuple[int, ...]) -> str:
    """A place in words: "conv1, map 3, (0, 1)"."""
    unit, *place = index
    if not place:
        return f"{layer}, value {unit}"
    inner = ", ".join(map(str, place))
    return f"{layer}, map {unit}, {f'({inner})' if len(place) > 1 else f'cell {inner}'}"
