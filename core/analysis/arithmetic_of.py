"""How does a torch module come to one of its values?  The table of what is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from torch import nn

from core.analysis.site import Site
from core.arithmetic import Arithmetic
from core.errors import UserError
from core.registry import Registry

Rule = Callable[[Any, Site], Arithmetic]
R = TypeVar("R", bound=Rule)

#: How a module of a class computes the value at a site, by the name of the class.
ARITHMETICS: Registry[Rule] = Registry("arithmetic", "core.analysis.arithmetics")


def arithmetic(*kinds: type[nn.Module]) -> Callable[[R], R]:
    """Register the function below: how modules of these classes compute the value at a site."""

    def register(rule: R) -> R:
        for kind in kinds:
            ARITHMETICS.add(_name(kind), rule)
        return rule

    return register


def arithmetic_of(module: nn.Module, site: Site) -> Arithmetic:
    """How `module` computes the value at `site`.  Raises UserError if that is not known."""
    for kind in type(module).__mro__:
        if _name(kind) in ARITHMETICS:
            return ARITHMETICS[_name(kind)](module, site)
    raise UserError(
        f"How {type(module).__name__} computes its values is not known in numbers: it is a module "
        "of another library. Choose a convolution, pooling, dense or activation layer."
    )


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
