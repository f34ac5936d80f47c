"""Normalisations: over the batch, a sample, groups of channels, neighbouring maps."""

from __future__ import annotations

from torch import Tensor, nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.analysis.windows import numbers
from core.arithmetic.normalisation import Normalisation
from core.arithmetic.response_norm import ResponseNorm
from core.errors import UserError


@arithmetic(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
def batch_norm(
    module: nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d, site: Site
) -> Normalisation:
    """By the averages that were kept while training, as a network that is used does."""
    if module.running_mean is None or module.running_var is None:
        raise UserError("This normalisation keeps no averages to normalise by; train it first.")
    return Normalisation(
        float(site.given[0][site.index]),
        float(module.running_mean[site.unit]),
        float(module.running_var[site.unit]),
        module.eps,
        *_learned(module.weight, module.bias, (site.unit,)),
        "what training saw",
    )


@arithmetic(nn.LayerNorm)
def layer_norm(module: nn.LayerNorm, site: Site) -> Normalisation:
    """Over all values of the sample, or those of its last sides."""
    sides = len(module.normalized_shape)
    leading = site.index[: len(site.index) - sides]
    values = site.given[0][leading]
    learned = _learned(module.weight, module.bias, site.index[len(leading) :])
    return _over(values, site, module.eps, learned, f"{values.numel():,} values of the sample")


@arithmetic(nn.GroupNorm)
def group_norm(module: nn.GroupNorm, site: Site) -> Normalisation:
    """Over the channels of the unit's group."""
    width = module.num_channels // module.num_groups
    first = site.unit // width * width
    values = site.given[0][first : first + width]
    words = f"{values.numel():,} values of channels {first} to {first + width - 1}"
    return _over(
        values, site, module.eps, _learned(module.weight, module.bias, (site.unit,)), words
    )


@arithmetic(nn.LocalResponseNorm)
def local_response_norm(module: nn.LocalResponseNorm, site: Site) -> ResponseNorm:
    """Over the values at this place in the maps beside the unit's."""
    first = max(0, site.unit - module.size // 2)
    last = site.unit + (module.size - 1) // 2
    values = numbers(site.here[first : last + 1])
    alpha = module.alpha / module.size  # torch means by alpha the weight of the mean square
    return ResponseNorm(values, site.unit - first, first, module.k, alpha, module.beta)


def _over(
    values: Tensor, site: Site, epsilon: float, learned: tuple[float, float], words: str
) -> Normalisation:
    """By the mean and the variance of these values."""
    exact = values.double()
    mean, variance = float(exact.mean()), float(exact.var(unbiased=False))
    given = float(site.given[0][site.index])
    return Normalisation(given, mean, variance, epsilon, *learned, words)


def _learned(
    scale: Tensor | None, shift: Tensor | None, index: tuple[int, ...]
) -> tuple[float, float]:
    """The scale and the shift at an index; 1 and 0 where none are learned."""
    return (
        1.0 if scale is None else float(scale[index]),
        0.0 if shift is None else float(shift[index]),
    )
