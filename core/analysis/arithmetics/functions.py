"""Non-linearities: one value made of one."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, exp, sqrt
from typing import Any

from torch import nn

from core.analysis.arithmetic_of import arithmetic
from core.analysis.site import Site
from core.arithmetic import short
from core.arithmetic.function import Function
from core.network.modules.table import ScaledTanh
from core.network.subject import NON_LINEARITIES


@arithmetic(*NON_LINEARITIES, ScaledTanh)
def non_linearity(module: nn.Module, site: Site) -> Function:
    """The function's name, the value given, how it is worked out, the result."""
    given = site.given[0][site.index]
    working = next((_WORKINGS[kind] for kind in type(module).__mro__ if kind in _WORKINGS), None)
    words = working(module, float(given)) if working else ""
    return Function(type(module).__name__, float(given), float(module(given.double())), words)


def _clipped(module: nn.Hardtanh, x: float) -> str:
    return f"min(max({short(x)}, {module.min_val:g}), {module.max_val:g})"


def _leaky(module: nn.LeakyReLU, x: float) -> str:
    return f"{module.negative_slope:g} × {short(x)}" if x < 0 else ""


def _elu(module: nn.ELU, x: float) -> str:
    return f"{module.alpha:g} × (exp({short(x)}) − 1)" if x < 0 else ""


def _gelu(module: nn.GELU, x: float) -> str:
    if module.approximate != "none":
        return ""
    below = (1 + erf(x / sqrt(2))) / 2
    return f"{short(x)} × Φ({short(x)}) = {short(x)} × {short(below)}"


def _silu(module: nn.SiLU, x: float) -> str:
    return f"{short(x)} × σ({short(x)}) = {short(x)} × {short(_sigmoid(x))}"


def _hardswish(module: nn.Hardswish, x: float) -> str:
    return f"{short(x)} × min(max({short(x)} + 3, 0), 6) / 6"


def _logistic(module: nn.Sigmoid, x: float) -> str:
    return f"1 / (1 + exp({short(-x)}))"


def _scaled_tanh(module: ScaledTanh, x: float) -> str:
    return f"{module.amplitude:g} × tanh({module.slope:.4g} × {short(x)})"


def _sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), for large negative x too."""
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


_WORKINGS: dict[type[nn.Module], Callable[[Any, float], str]] = {
    nn.Hardtanh: _clipped,  # a ReLU6 is one
    nn.LeakyReLU: _leaky,
    nn.ELU: _elu,
    nn.GELU: _gelu,
    nn.SiLU: _silu,
    nn.Hardswish: _hardswish,
    nn.Sigmoid: _logistic,
    ScaledTanh: _scaled_tanh,
}
