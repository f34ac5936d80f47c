"""Layers that the battery tries, a file for each family: its CASES are found there."""

from __future__ import annotations

import importlib
import pkgutil

from core.network.spec import LayerKind, Shape

#: The maps that most layers are tried on.
MAPS = (6, 9, 11)

#: A layer, what it reads, and its multiplications counted by hand.
Case = tuple[LayerKind, tuple[Shape, ...], int]


def every_layer_case() -> list[Case]:
    """The cases of all files in this folder."""
    files = sorted(file.name for file in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{file}") for file in files)
    return [case for module in modules for case in module.CASES]
