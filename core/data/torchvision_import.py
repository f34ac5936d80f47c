"""The one way to torchvision, which also works where its compiled operators cannot load."""

from __future__ import annotations

import threading
from types import ModuleType

import torch

#: The operators to which `import torchvision` adds a shape function, and their common schema.
_OPERATORS = ("nms", "qnms")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_lock = threading.Lock()


def torchvision() -> ModuleType:
    """The package torchvision: models, transforms, data sets; imported on the first call.

    Its compiled operators (`torchvision.ops.nms` and the like) may be missing.
    Raises ImportError if it is not installed.
    """
    with _lock:
        try:
            return _package()
        except RuntimeError as error:
            # A torchvision built for another torch (CUDA beside CPU) cannot load its compiled
            # part, which declares its operators; its import then gives them a shape function and
            # ends with "operator torchvision::nms does not exist".  Their schemas are enough.
            if "torchvision::" not in str(error):
                raise
            for name in _OPERATORS:
                torch.library.define(f"torchvision::{name}", _SCHEMA)
            return _package()


def _package() -> ModuleType:
    import torchvision as package  # here, as it takes a second and may fail the first time

    return package  # type: ignore[no-any-return]
